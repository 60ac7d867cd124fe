using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Protocols;

namespace Spindle.Streams;

/// <summary>A listening socket.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/tcp.py</c>, <c>Port</c>.</para>
/// </remarks>
public abstract class StreamPort : IReadDescriptor, IListeningPort, IDisownable
{
    private const int MostAtTheEnd = 65_536; // As many as a backlog can hold, should the kernel not keep new ones out.

    private static readonly TimeSpan RestTime = TimeSpan.FromMilliseconds(100);

    private readonly IFactory _factory;
    private readonly ReservedDescriptor _reserve;
    private TaskCompletionSource? _closing;
    private DelayedCall? _rest;
    private EndPoint? _address;
    private int _fd = -1; // Gone before the port has ended if it was closed behind our back.
    private bool _isStarting;
    private bool _isListening;
    private bool _isLeaving; // Those who wait are let in, and nobody else.
    private int _batch = 100; // How many connections one readiness accepts; adapts (TCP-16).
    private int _sessions;
    private int _adopted; // Until it listens.

    private protected StreamPort(IDescriptorHost host, IFactory factory, ReservedDescriptor reserve, int adopted = -1)
    {
        Host = host;
        _factory = factory;
        _reserve = reserve;
        _adopted = adopted;
        IsAdopted = adopted >= 0;
        (factory as IHostedFactory)?.UseOn(host);
    }

    /// <inheritdoc/>
    public string LogPrefix => LogNames.Of(_factory);

    internal IDescriptorHost Host { get; }

    /// <inheritdoc/>
    public int Fileno() => _fd;

    /// <inheritdoc/>
    public EndPoint GetHost()
    {
        Host.EnsureAccess();
        return _address ?? throw new InvalidOperationException("The port has never listened.");
    }

    /// <inheritdoc/>
    public void StartListening()
    {
        Host.EnsureAccess();
        if (_isListening || _isStarting)
        {
            throw new InvalidOperationException(_isListening ? "The port listens already." : "The port is being started.");
        }

        _isStarting = true; // The factory, which is started meanwhile, may call this again.
        bool isFactoryStarted = false;
        EndPoint? planned = IsAdopted ? null : PlannedAddress;
        try
        {
            if (planned is not null)
            {
                StartFactory(planned, ref isFactoryStarted);
            }

            _fd = IsAdopted ? TakeAdopted() : CreateListeningSocket();
            _address = ReadAddress(_fd);
            if (planned is null)
            {
                StartFactory(_address, ref isFactoryStarted);
            }

            Host.AddReader(this);
            _isListening = true;
            _reserve.AddUser();
            if (_closing is not null)
            {
                CloseSoon(); // The factory has stopped it while it was started.
            }
        }
        catch
        {
            int fd = _fd;
            _fd = -1;
            if (fd >= 0)
            {
                _ = Host.Kernel.Files.Close(fd);
            }

            ReleaseName();
            if (isFactoryStarted)
            {
                Host.Guard(this, static factory => ((IFactory)factory!).DoStop(), _factory);
            }

            if (_closing is { } closing)
            {
                _closing = null;
                LoopTasks.Complete(closing, null); // Who stopped it while it was started has what he wanted.
            }

            throw;
        }
        finally
        {
            _isStarting = false;
        }
    }

    /// <inheritdoc/>
    public Task StopListening()
    {
        Host.EnsureAccess();
        if (_closing is not null)
        {
            return _closing.Task;
        }

        if (!_isListening && !_isStarting)
        {
            return Task.CompletedTask;
        }

        TaskCompletionSource closing = _closing = new();
        if (_isListening)
        {
            CloseSoon();
        }

        return closing.Task;
    }

    /// <summary>Stops listening, but accepts whoever waits first: to a client whose handshake is over, a close is a reset.</summary>
    internal void StopAfterThoseWhoWait()
    {
        if (_closing is null && _isListening && _fd >= 0)
        {
            if (!IsAdopted)
            {
                IgnoreNewClients(_fd);
            }

            _isLeaving = true;
            int accepted = 0;
            while (_closing is null && _fd >= 0 && accepted < MostAtTheEnd && AcceptOne(ref accepted))
            {
            }
        }

        _isLeaving = false;
        _ = StopListening();
    }

    /// <summary>Serves an accepted socket on a reactor, which need not be the port's own.</summary>
    /// <remarks>Thread: that reactor's.</remarks>
    internal void Serve(IDescriptorHost host, IFactory factory, int fd, ReadOnlySpan<byte> rawPeer)
    {
        StreamConnection? connection = null;
        try
        {
            EndPoint peer = ToEndPoint(rawPeer);
            IProtocol? protocol = factory.BuildProtocol(peer);
            if (protocol is null)
            {
                _ = host.Kernel.Files.Close(fd);
                return;
            }

            connection = CreateConnection(host, fd, peer, Interlocked.Increment(ref _sessions) - 1);
            connection.MakeConnection(protocol, startReading: true);
        }
        catch (Exception exception)
        {
            host.LogError(connection as ILoggingContext ?? this, "A new connection failed", exception);
            if (connection is null)
            {
                _ = host.Kernel.Files.Close(fd);
            }
            else
            {
                connection.ConnectionLost(exception);
            }
        }
    }

    /// <inheritdoc/>
    public Exception? DoRead()
    {
        _reserve.Take();
        int accepted = 0;
        bool goOn = true;
        while (goOn && accepted < _batch && _fd >= 0 && _closing is null)
        {
            goOn = AcceptOne(ref accepted);
        }

        _batch = goOn ? _batch + 20 : Math.Max(1, accepted);
        return _fd < 0 && _isListening ? new DescriptorWentAwayException() : null;
    }

    /// <summary>The socket is of no use any more; what the factory's stop throws reaches the caller (TCP-12), or the task of <see cref="StopListening"/>.</summary>
    public void ConnectionLost(Exception reason)
    {
        if (!_isListening)
        {
            return;
        }

        _isListening = false;
        StopAccepting();
        Host.RemoveUnwatched(this);
        int fd = _fd;
        _fd = -1;
        ReleaseName();
        if (fd >= 0)
        {
            if (!IsAdopted)
            {
                _ = Host.Kernel.Sockets.Shutdown(fd, ShutdownSide.Both);
            }

            _ = Host.Kernel.Files.Close(fd);
        }

        _reserve.RemoveUser();
        Host.LogInformation($"({Kind} Port {Describe(_address!)} Closed)");
        StopFactory();
    }

    void IDisownable.Disown() => _fd = -1;

    /// <summary>Where it listens, or that it does not.</summary>
    public override string ToString() =>
        $"<{GetType().Name} of {LogPrefix} {(_isListening ? "on " + Describe(_address!) : "not listening")}>";

    /// <summary>Whether the socket is one that others may share: it is closed, never shut down, and nothing about it is changed (ADOPT-7, ADOPT-8).</summary>
    private protected bool IsAdopted { get; }

    /// <summary>The address, if it is known before there is a socket: then the start is told and the factory started first (UNIX-2).</summary>
    private protected virtual EndPoint? PlannedAddress => null;

    /// <summary>Takes what goes with the name and is no socket, before the factory is started.</summary>
    /// <exception cref="CannotListenException">It is taken.</exception>
    private protected virtual void TakeName()
    {
    }

    /// <summary>Gives back what goes with the name; there may be nothing.</summary>
    private protected virtual void ReleaseName()
    {
    }

    /// <summary>Makes the socket, bound and listening.</summary>
    /// <exception cref="CannotListenException">It cannot.</exception>
    private protected abstract int CreateListeningSocket();

    private protected abstract EndPoint ToEndPoint(ReadOnlySpan<byte> raw);

    /// <summary>Makes the transport of an accepted socket. Thread: the host's.</summary>
    private protected abstract StreamConnection CreateConnection(IDescriptorHost host, int fd, EndPoint peer, int session);

    /// <summary>Has the kernel take no more clients, while those that wait can still be accepted.</summary>
    private protected abstract void IgnoreNewClients(int fd);

    /// <summary>"TCP", for the log.</summary>
    private protected abstract string Kind { get; }

    private protected abstract string Describe(EndPoint address);

    /// <summary>The address as the record of the start has it.</summary>
    private protected virtual string DescribeStart(EndPoint address) => Describe(address);

    private void StartFactory(EndPoint address, ref bool isStarted)
    {
        Host.LogInformation($"{LogPrefix} starting on {DescribeStart(address)}");
        TakeName();
        _factory.DoStart();
        isStarted = true;
    }

    private int TakeAdopted()
    {
        int fd = _adopted;
        _adopted = -1;
        return fd >= 0 ? fd : throw new InvalidOperationException("The port's socket was adopted and is closed; adopt it again.");
    }

    private EndPoint ReadAddress(int fd)
    {
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int length = Host.Kernel.Sockets.GetLocalAddress(fd, raw);
        return length >= 0 ? ToEndPoint(raw[..length]) : throw new SystemCallException("getsockname", -length);
    }

    private bool AcceptOne(ref int accepted)
    {
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int fd = Host.Kernel.Sockets.Accept(_fd, raw, out int length);
        switch (fd)
        {
            case >= 0:
                accepted++;
                if (_factory is not IConnectionSpread spread || !spread.TryHandOver(this, fd, raw[..length]))
                {
                    Serve(Host, _factory, fd, raw[..length]);
                }

                return true;
            case -Errno.EAGAIN:
            case -Errno.EINVAL when _isLeaving: // Shut down, and empty now.
                return false;
            case -Errno.EPERM:
                accepted++; // A firewall refused this one; the next may pass, within the batch (TCP-17).
                return true;
            case -Errno.EMFILE or -Errno.ENFILE when Shed():
                break;
            case -Errno.EMFILE or -Errno.ENFILE or -Errno.ENOBUFS or -Errno.ENOMEM:
                Rest();
                break;
            case -Errno.EBADF:
                _fd = -1; // Closed behind our back: it would be reported as ready for ever.
                break;
            case -Errno.ECONNABORTED or -Errno.EPROTO or -Errno.ENOPROTOOPT or -Errno.EOPNOTSUPP or -Errno.ENETDOWN
                or -Errno.ENETUNREACH or -Errno.EHOSTDOWN or -Errno.EHOSTUNREACH or -Errno.ENONET:
                break; // The new connection's own trouble; it is gone from the queue.
            default:
                Rest(); // Nobody knows whether it will pass.
                Host.LogError(this, $"{LogPrefix} could not accept a connection", new SystemCallException("accept4", -fd));
                return false;
        }

        // Not before the reserve is back: a logger may need a descriptor itself (TCP-19).
        Host.LogInformation($"{LogPrefix} could not accept a connection: {Errno.Describe(-fd)}");
        return false;
    }

    // Out of descriptors: with the one in reserve, every client that waits is accepted and sent away (TCP-19).
    private bool Shed()
    {
        if (!_reserve.Release())
        {
            return false;
        }

        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int fd;
        while ((fd = Host.Kernel.Sockets.Accept(_fd, raw, out _)) >= 0)
        {
            _ = Host.Kernel.Files.Close(fd);
        }

        _reserve.Take();
        return true;
    }

    // What is short now is still short in the next turn, and the socket stays ready: the loop would spin.
    private void Rest()
    {
        StopAccepting();
        _rest = Host.CallLater(RestTime, () =>
        {
            _rest = null;
            try
            {
                Host.RemoveUnwatched(this);
                Host.AddReader(this);
            }
            catch (SpindleException)
            {
                Rest();
            }
        });
    }

    private void StopAccepting()
    {
        Host.RemoveReader(this);
        Host.AddUnwatched(this);
        _rest?.Cancel();
        _rest = null;
    }

    private void CloseSoon()
    {
        StopAccepting();
        Host.CallSoon(this, static state => ((StreamPort)state!).Close(), this);
    }

    private void Close()
    {
        if (_closing is not null)
        {
            ConnectionLost(ConnectionDoneException.Instance);
        }
    }

    private void StopFactory()
    {
        TaskCompletionSource? closing = _closing;
        _closing = null;
        Exception? failure = null;
        try
        {
            _factory.DoStop();
        }
        catch (Exception exception) when (closing is not null)
        {
            failure = exception;
        }

        if (closing is not null)
        {
            LoopTasks.Complete(closing, failure);
        }
    }
}
