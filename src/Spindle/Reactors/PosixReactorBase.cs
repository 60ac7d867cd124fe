using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Names;
using Spindle.Streams;
using Spindle.Tcp;

namespace Spindle.Reactors;

/// <summary>A reactor's transports.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread.</para>
/// <para>Source: Twisted's <c>internet/posixbase.py</c>, <c>PosixReactorBase</c>.</para>
/// </remarks>
public abstract partial class PosixReactorBase : ReactorBase, IReactorTcp, IDescriptorHost
{
    private static readonly TimeSpan TimeToSpeak = TimeSpan.FromSeconds(1); // For whoever was connected just before the end, on a busy machine too: a quarter was too short once.
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(30);
    private const int ReceiveBufferSize = 262_144; // One for all: 64 KiB costs a third of the throughput in bulk.

    private readonly LiveDescriptors _live = new();
    private readonly HashSet<IFileDescriptor> _unwatched = new(ReferenceEqualityComparer.Instance);
    private readonly ReservedDescriptor _reserve;
    private readonly LingeringSockets _lingering;
    private TaskCompletionSource? _drained;
    private Task? _graceful;
    private bool _isGraceOver;

    private protected PosixReactorBase(SelectorEventLoop loop, bool ownsLoop)
        : base(loop, ownsLoop)
    {
        _reserve = new ReservedDescriptor(loop.Kernel.Files);
        _lingering = new LingeringSockets(loop, CheckDrained);
    }

    IKernel IDescriptorHost.Kernel => Loop.Kernel;

    IRandomness IFactoryHost.Randomness => Loop.Kernel.Randomness;

    byte[] IDescriptorHost.ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveBufferSize, pinned: true);

    SegmentPool IDescriptorHost.Segments { get; } = new();

    /// <inheritdoc/>
    public IListeningPort ListenTcp(int port, IFactory factory, int backlog = 50, string host = "", TcpListenOptions? options = null) =>
        Listen(port, factory, backlog, host, options, "TCP");

    private TcpPort Listen(int port, IFactory factory, int backlog, string host, TcpListenOptions? options, string kind)
    {
        EnsureAccess();
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        options ??= TcpListenOptions.Default;
        options.Check();
        TcpPort listener = new(this, factory, _reserve, port, host, backlog, options, kind);
        listener.StartListening();
        return listener;
    }

    /// <inheritdoc/>
    public IConnector ConnectTcp(string host, int port, IClientFactory factory, TimeSpan? timeout = null, IPEndPoint? bindAddress = null, TcpConnectOptions? options = null)
    {
        EnsureAccess();
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(factory);
        TimeSpan limit = CheckTimeout(timeout);
        options ??= TcpConnectOptions.Default;
        options.Check();
        TcpConnector connector = new(this, TcpConnector.ParseDestination(host, port), factory, limit, bindAddress, options);
        connector.Connect();
        return connector;
    }

    /// <summary>As <see cref="ConnectTcp(string, int, IClientFactory, TimeSpan?, IPEndPoint?, TcpConnectOptions?)"/> with the defaults, to a service by its name.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="service">The service's name, "http" for example.</param>
    /// <param name="factory">Makes the protocol and hears of failure and end.</param>
    /// <exception cref="ServiceNameUnknownException">There is no such service.</exception>
    public IConnector ConnectTcp(string host, string service, IClientFactory factory) => ConnectTcp(host, GetServicePort(service), factory);

    /// <summary>Looks a service's port up in /etc/services.</summary>
    /// <param name="service">The service's name or alias, in its case.</param>
    /// <param name="protocol">"tcp" or "udp". Default "tcp".</param>
    /// <exception cref="ServiceNameUnknownException">There is no such service.</exception>
    public int GetServicePort(string service, string protocol = "tcp")
    {
        EnsureAccess();
        return ServiceNames.GetPort(Loop.Kernel.Files, service, protocol);
    }

    /// <summary>Stops accepting, closes every connection when what was written to it is sent, and stops the reactor.</summary>
    /// <remarks>
    /// Clients that wait to be accepted are accepted first, and what has arrived is still delivered. A connection on which
    /// nothing was said yet has a second of the grace to be heard once. A protocol that is
    /// <see cref="IFinishing"/> closes its connection itself.
    /// </remarks>
    /// <param name="grace">How long that may take; connections that are left are then aborted. Zero aborts at once. <see cref="TimeSpan.MaxValue"/>: no limit.</param>
    /// <returns>Done when the reactor has stopped. Asked for again meanwhile: the same task, with the grace that it has.</returns>
    /// <exception cref="ReactorNotRunningException">It does not run, or was told to stop already.</exception>
    public Task StopAsync(TimeSpan grace)
    {
        EnsureAccess();
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        if (_graceful is { IsCompleted: false } pending)
        {
            return pending;
        }

        return IsRunning && CanStop ? _graceful = StopGracefullyAsync(grace) : throw new ReactorNotRunningException();
    }

    /// <summary>How long connections may take to finish when a signal stops the reactor. Default zero: they are lost at once, as in the original.</summary>
    /// <remarks>A second signal ends the grace.</remarks>
    public TimeSpan SignalGrace { get; set; }

    /// <inheritdoc/>
    public abstract void AddReader(IReadDescriptor reader);

    /// <inheritdoc/>
    public abstract void AddWriter(IWriteDescriptor writer);

    /// <inheritdoc/>
    public abstract void RemoveReader(IReadDescriptor reader);

    /// <inheritdoc/>
    public abstract void RemoveWriter(IWriteDescriptor writer);

    /// <inheritdoc/>
    public abstract IReadOnlyList<IFileDescriptor> RemoveAll();

    /// <inheritdoc/>
    public abstract IReadOnlyList<IReadDescriptor> GetReaders();

    /// <inheritdoc/>
    public abstract IReadOnlyList<IWriteDescriptor> GetWriters();

    bool IDescriptorHost.IsShutDown => IsShutDown;

    void IDescriptorHost.EnsureAccess() => EnsureAccess();

    void IDescriptorHost.ThrowIfDisposed() => ThrowIfDisposed();

    void IDescriptorHost.CallAtTurnEnd(ITurnEnd item) => Loop.CallAtTurnEnd(item);

    void IDescriptorHost.CallSoon(ILoggingContext owner, Action<object?> callback, object? state) =>
        Loop.CallSoon(_ => ((IDescriptorHost)this).Guard(owner, callback, state), null);

    async Task<IPAddress[]> IDescriptorHost.ResolveAsync(string name, CancellationToken cancellationToken)
    {
        IPEndPoint[] found = await AddressList.Get(NameResolver, name, port: 0, cancellationToken: cancellationToken).ConfigureAwait(true);
        return [.. found.Select(each => each.Address)];
    }

    bool IDescriptorHost.IsReading(IReadDescriptor reader) => IsReading(reader);

    void IDescriptorHost.DispatchWrite(FileDescriptor descriptor) => DispatchWrite(descriptor);

    void IDescriptorHost.AddLive(FileDescriptor descriptor) => _live.Add(descriptor);

    void IDescriptorHost.RemoveLive(FileDescriptor descriptor)
    {
        _live.Remove(descriptor);
        CheckDrained();
    }

    void IDescriptorHost.CloseOnceDelivered(int fd)
    {
        _lingering.Add(fd);
        if (!IsRunning)
        {
            _lingering.Close(); // Nobody would look at it any more.
        }
    }

    void IDescriptorHost.AddUnwatched(IFileDescriptor descriptor) => _unwatched.Add(descriptor);

    void IDescriptorHost.RemoveUnwatched(IFileDescriptor descriptor) => _unwatched.Remove(descriptor);

    Exception? IDescriptorHost.Guard(ILoggingContext owner, Action<object?> callback, object? state)
    {
        object? outer = Context.Enter(owner);
        try
        {
            callback(state);
            return null;
        }
        catch (Exception exception)
        {
            Context.LogError("User code failed", exception);
            return exception;
        }
        finally
        {
            Context.Leave(outer);
        }
    }

    void IFactoryHost.LogError(ILoggingContext owner, string what, Exception exception)
    {
        object? outer = Context.Enter(owner);
        Context.LogError(what, exception);
        Context.Leave(outer);
    }

    void IFactoryHost.LogInformation(string message) => Context.LogInformation(message);

    /// <summary>Closes every port, after those who wait have been let in.</summary>
    internal void StopAccepting()
    {
        foreach (StreamPort port in GetReaders().Concat(Unwatched).OfType<StreamPort>().ToArray())
        {
            ((IDescriptorHost)this).Guard(port, static state => ((StreamPort)state!).StopAfterThoseWhoWait(), port);
        }
    }

    private protected IEnumerable<FileDescriptor> Live => _live.ToList();

    private protected IEnumerable<IFileDescriptor> Unwatched => _unwatched;

    private protected void CloseLingering() => _lingering.Close();

    private protected abstract bool IsReading(IReadDescriptor reader);

    private protected abstract void DispatchWrite(IWriteDescriptor descriptor);

    private protected override void OnSignal(int signal)
    {
        if (_drained is not null)
        {
            EndGrace();
        }
        else if (SignalGrace > TimeSpan.Zero && IsRunning && CanStop)
        {
            Spawn(() => StopAsync(SignalGrace));
        }
        else
        {
            base.OnSignal(signal);
        }
    }

    private async Task StopGracefullyAsync(TimeSpan grace)
    {
        StopAccepting();
        DelayedCall? leave = null;
        if (grace > TimeSpan.Zero)
        {
            leave = CallLater(grace < TimeToSpeak ? grace : TimeToSpeak, LoseUnheard);
            await ReadOnceMore().ConfigureAwait(true);
            foreach (FileDescriptor descriptor in _live.ToList())
            {
                descriptor.LoseConnectionInGoodOrder();
            }
        }
        else
        {
            LoseAll();
        }

        await DrainAsync(grace).ConfigureAwait(true);
        if (leave is { IsActive: true })
        {
            leave.Cancel();
        }

        foreach (StreamConnection connection in _live.ToList().OfType<StreamConnection>())
        {
            connection.AbortConnection();
        }

        if (CanStop) // Somebody may have stopped it meanwhile.
        {
            Stop();
        }

        await Stopped.ConfigureAwait(true);
    }

    private static TimeSpan CheckTimeout(TimeSpan? timeout)
    {
        TimeSpan limit = timeout ?? DefaultConnectTimeout;
        return limit >= TimeSpan.Zero || limit == Timeout.InfiniteTimeSpan
            ? limit
            : throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "It must be zero or more, or Timeout.InfiniteTimeSpan for no limit.");
    }

    // What has come by now is read: a callback runs before the descriptors of its turn, hence two turns.
    private static async Task ReadOnceMore()
    {
        await Task.Yield();
        await Task.Yield();
    }

    private void LoseUnheard()
    {
        foreach (StreamConnection connection in _live.ToList().OfType<StreamConnection>())
        {
            connection.LoseConnectionUnheard();
        }
    }

    private void LoseAll()
    {
        foreach (FileDescriptor descriptor in _live.ToList())
        {
            descriptor.LoseConnection();
        }
    }

    private bool IsDrained => _live.Count == 0 && _lingering.Count == 0;

    private void EndGrace()
    {
        _isGraceOver = true;
        if (_drained is { } drained)
        {
            LoopTasks.Complete(drained, failure: null);
        }
    }

    private void CheckDrained()
    {
        if (IsDrained && _drained is { } drained)
        {
            LoopTasks.Complete(drained, failure: null);
        }
    }

    private async Task DrainAsync(TimeSpan grace)
    {
        DelayedCall timer = CallLater(grace, EndGrace);
        while (!IsDrained && !_isGraceOver)
        {
            // A connection may leave its socket behind in the moment in which it ends.
            TaskCompletionSource drained = _drained = new();
            await drained.Task.ConfigureAwait(true);
        }

        _drained = null;
        if (timer.IsActive)
        {
            timer.Cancel();
        }
    }
}
