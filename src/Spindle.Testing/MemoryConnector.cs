using System.Net;
using Spindle.Protocols;
using Spindle.Tls;

namespace Spindle.Testing;

/// <summary>A connector of a <see cref="MemoryReactor"/>: the test decides how its attempts end.</summary>
/// <remarks>Thread: one; it has none of its own.</remarks>
public sealed class MemoryConnector : IConnector
{
    private readonly IClientFactory _factory;
    private readonly EndPoint _destination;
    private readonly MemoryReactor _reactor;
    private readonly TlsContext? _context;
    private bool _isFactoryStarted;
    private bool _isFactoryStarting;
    private bool _isGivenUp; // While the factory was being started.
    private Action? _disconnect; // Of the connection there is.

    internal MemoryConnector(MemoryReactor reactor, IClientFactory factory, EndPoint destination, TlsContext? context = null)
    {
        (factory as IHostedFactory)?.UseOn(reactor);
        _reactor = reactor;
        _factory = factory;
        _destination = destination;
        _context = context;
    }

    /// <inheritdoc/>
    public ConnectorState State { get; private set; }

    /// <summary>How many attempts there were.</summary>
    public int Attempts { get; private set; }

    /// <inheritdoc/>
    public void Connect()
    {
        if (State != ConnectorState.Disconnected)
        {
            throw new InvalidOperationException($"The connector is {State.ToString().ToLowerInvariant()}; it can connect when it is disconnected.");
        }

        State = ConnectorState.Connecting;
        int attempt = ++Attempts;
        bool isFirstUse = !_isFactoryStarted;
        try
        {
            if (isFirstUse && !StartFactory())
            {
                return;
            }

            _factory.StartedConnecting(this);
        }
        catch
        {
            // As on a real reactor: the caller knows by the exception that there is no attempt.
            if (State == ConnectorState.Connecting && Attempts == attempt)
            {
                State = ConnectorState.Disconnected;
                if (isFirstUse)
                {
                    StopFactoryIfIdle();
                }
            }

            throw;
        }

        _reactor.AttemptBegun(this);
    }

    /// <inheritdoc/>
    public void StopConnecting()
    {
        if (_isFactoryStarting)
        {
            _isGivenUp = true;
            return;
        }

        Fail(new UserAbortedException());
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        if (State == ConnectorState.Connecting)
        {
            StopConnecting();
        }
        else
        {
            _disconnect?.Invoke();
        }
    }

    /// <inheritdoc/>
    public EndPoint GetDestination() => _destination;

    /// <summary>Has the attempt fail; the factory is told.</summary>
    /// <param name="reason">Why; a refused connection is a <see cref="ConnectRefusedException"/>.</param>
    /// <exception cref="NotConnectingException">There is no attempt.</exception>
    public void Fail(Exception reason)
    {
        EnsureConnecting();
        State = ConnectorState.Disconnected;
        _factory.ClientConnectionFailed(this, reason);
        StopFactoryIfIdle();
    }

    /// <summary>
    /// Has the attempt succeed: the factory makes a protocol, which is then connected to a transport. When the connection ends,
    /// the factory is told. With TLS the handshake is then done, unless <see cref="StringTransport.HoldsHandshake"/> is set.
    /// </summary>
    /// <returns>The protocol; null if the factory wants no connection.</returns>
    /// <exception cref="NotConnectingException">There is no attempt.</exception>
    public IProtocol? Succeed(StringTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        EnsureConnecting();
        State = ConnectorState.Connected;
        IProtocol? protocol = _factory.BuildProtocol(_destination);
        if (protocol is null)
        {
            Lost(ConnectionDoneException.Instance);
            return null;
        }

        _disconnect = transport.LoseConnection;
        transport.Ended = Lost;
        transport.IsClient = true;
        transport.ConnectWith(_context, protocol);
        return protocol;
    }

    /// <summary>
    /// Has the attempt succeed: both factories make a protocol, and the two are connected. When the connection ends, the factory
    /// is told. With TLS there is a real handshake.
    /// </summary>
    /// <param name="port">The other side. It need not be at the address that the connector connects to.</param>
    /// <param name="greet">False: nothing moves before <see cref="MemoryPump.Pump"/> or <see cref="MemoryPump.Flush"/>, not even a handshake.</param>
    /// <returns>What moves the bytes; null if a factory wants no connection.</returns>
    /// <exception cref="NotConnectingException">There is no attempt.</exception>
    /// <exception cref="InvalidOperationException">The port does not listen.</exception>
    public MemoryPump? Succeed(MemoryPort port, bool greet = true)
    {
        ArgumentNullException.ThrowIfNull(port);
        EnsureConnecting();
        EndPoint address = _destination is UnixAddress ? UnixAddress.Unnamed : new IPEndPoint(IPAddress.Loopback, 54321);
        IProtocol? server = port.Build(address);
        State = ConnectorState.Connected;
        IProtocol? client = (_context is null ? (IFactory)_factory : new TlsFactory(_reactor, _factory, _context, isClient: true)).BuildProtocol(_destination);

        // As on a real reactor: the side that has a protocol is connected, and hears of the end at once.
        MemoryPump pump = MemoryPump.Create(client ?? new Refusal(), server ?? new Refusal(), address, port.GetHost(), _reactor);
        _disconnect = pump.Client.LoseConnection;
        pump.Client.Ended = Lost;
        bool isRefused = client is null || server is null;
        pump.Start(greet || isRefused);
        return isRefused ? null : pump;
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

        Fail(new UserAbortedException());
        return false;
    }

    private void EnsureConnecting()
    {
        if (State != ConnectorState.Connecting)
        {
            throw new NotConnectingException();
        }
    }

    private void Lost(Exception reason)
    {
        State = ConnectorState.Disconnected;
        _disconnect = null;
        _factory.ClientConnectionLost(this, reason);
        StopFactoryIfIdle();
    }

    // A Connect within the callbacks goes on with the same factory.
    private void StopFactoryIfIdle()
    {
        if (State == ConnectorState.Disconnected && _isFactoryStarted)
        {
            _isFactoryStarted = false;
            _factory.DoStop();
        }
    }

    /// <summary>Stands where a factory wants no connection.</summary>
    private sealed class Refusal : Protocol
    {
        public override void ConnectionMade() => Transport.LoseConnection();
    }
}
