using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Protocols;

namespace Spindle.Streams;

/// <summary>Makes connections for a client factory, one at a time.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/base.py</c>, <c>BaseConnector</c>.</para>
/// </remarks>
public abstract class StreamConnector : IConnector, ILoggingContext
{
    private readonly IClientFactory _factory;
    private readonly TimeSpan _timeout;
    private bool _isFactoryStarted;
    private bool _isFactoryStarting;
    private bool _isGivenUp; // While the factory was being started; it is told when it has.
    private ConnectAttempt? _attempt;
    private StreamConnection? _connection;
    private DelayedCall? _timer;

    private protected StreamConnector(IDescriptorHost host, IClientFactory factory, TimeSpan timeout)
    {
        Host = host;
        _factory = factory;
        _timeout = timeout;
        (factory as IHostedFactory)?.UseOn(host);
    }

    /// <inheritdoc/>
    public ConnectorState State { get; private set; }

    /// <inheritdoc/>
    public string LogPrefix => LogNames.Of(_factory);

    private protected IDescriptorHost Host { get; }

    /// <inheritdoc/>
    public abstract EndPoint GetDestination();

    /// <inheritdoc/>
    public void Connect()
    {
        Host.EnsureAccess();
        if (State != ConnectorState.Disconnected)
        {
            throw new InvalidOperationException($"The connector is {State.ToString().ToLowerInvariant()}; it can connect when it is disconnected.");
        }

        State = ConnectorState.Connecting;
        bool isFirstUse = !_isFactoryStarted;
        ConnectAttempt? attempt = null;
        try
        {
            if (isFirstUse && !StartFactory())
            {
                return;
            }

            _attempt = attempt = CreateAttempt();
            if (_timeout != Timeout.InfiniteTimeSpan)
            {
                _timer = Host.CallLater(_timeout, () => GiveUp(new ConnectTimeoutException()));
            }

            Host.CallSoon(this, static attempt => ((ConnectAttempt)attempt!).BeginUnlessShutDown(), attempt);
            _factory.StartedConnecting(this);
        }
        catch
        {
            Withdraw(attempt, isFirstUse);
            throw;
        }
    }

    /// <inheritdoc/>
    public void StopConnecting()
    {
        Host.EnsureAccess();
        if (State != ConnectorState.Connecting)
        {
            throw new NotConnectingException();
        }

        if (_isFactoryStarting)
        {
            _isGivenUp = true;
            return;
        }

        GiveUp(new UserAbortedException());
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        Host.EnsureAccess();
        if (State == ConnectorState.Connecting)
        {
            StopConnecting();
        }
        else
        {
            _connection?.LoseConnection();
        }
    }

    /// <summary>State and destination, for people.</summary>
    public override string ToString() => $"<{GetType().Name} {State.ToString().ToLowerInvariant()} to {InternetAddresses.Describe(GetDestination())}>";

    internal void ConnectionFailed(Exception reason)
    {
        Disconnected();
        Host.Guard(this, _ => _factory.ClientConnectionFailed(this, reason), null);
        StopFactoryIfIdle();
    }

    internal void ConnectionLost(Exception reason)
    {
        Disconnected();
        Host.Guard(this, _ => _factory.ClientConnectionLost(this, reason), null);
        StopFactoryIfIdle();
    }

    /// <summary>An attempt succeeded: its socket becomes the connection's.</summary>
    internal void Succeeded(int fd, EndPoint peer)
    {
        _attempt = null;
        _timer?.Cancel();
        _timer = null;
        State = ConnectorState.Connected;
        StreamConnection connection = _connection = CreateConnection(fd, peer);
        IProtocol? protocol;
        try
        {
            protocol = _factory.BuildProtocol(peer);
        }
        catch (Exception exception)
        {
            Host.LogError(this, "BuildProtocol failed", exception);
            _ = Host.Kernel.Files.Close(fd);
            ConnectionFailed(new ConnectException(exception.Message, 0, exception));
            return;
        }

        if (protocol is null)
        {
            connection.ConnectionLost(ConnectionDoneException.Instance);
            return;
        }

        try
        {
            connection.MakeConnection(protocol, startReading: true);
        }
        catch (Exception exception)
        {
            Host.LogError(connection, "A new connection failed", exception);
            connection.ConnectionLost(exception);
        }
    }

    /// <summary>Makes an attempt; a failure to bind is reported when it begins.</summary>
    private protected abstract ConnectAttempt CreateAttempt();

    private protected abstract StreamConnection CreateConnection(int fd, EndPoint peer);

    private void GiveUp(Exception reason)
    {
        _attempt?.Abandon();
        ConnectionFailed(reason);
    }

    // False: it has given the attempt up meanwhile, and was told of that.
    private bool StartFactory()
    {
        _isGivenUp = false;
        _isFactoryStarting = true;
        try
        {
            _factory.DoStart();
        }
        finally
        {
            _isFactoryStarting = false;
        }

        _isFactoryStarted = true;
        if (!_isGivenUp)
        {
            return true;
        }

        ConnectionFailed(new UserAbortedException());
        return false;
    }

    // The caller is told by the exception that there is no attempt; none may go on behind its back.
    private void Withdraw(ConnectAttempt? attempt, bool isFirstUse)
    {
        if (State != ConnectorState.Connecting || !ReferenceEquals(_attempt, attempt))
        {
            return;
        }

        attempt?.Abandon();
        Disconnected();
        if (isFirstUse)
        {
            StopFactoryIfIdle();
        }
    }

    private void Disconnected()
    {
        _attempt = null;
        _connection = null;
        if (_timer is { IsActive: true })
        {
            _timer.Cancel();
        }

        _timer = null;
        State = ConnectorState.Disconnected;
    }

    // A Connect within the callbacks goes on with the same factory: starts and stops stay balanced (TCP-46).
    private void StopFactoryIfIdle()
    {
        if (State == ConnectorState.Disconnected && _isFactoryStarted)
        {
            _isFactoryStarted = false;
            Host.Guard(this, static factory => ((IFactory)factory!).DoStop(), _factory);
        }
    }
}
