using System.Net;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Names;
using Spindle.Reactors;
using Spindle.Tcp;
using Spindle.Tls;

namespace Spindle.Testing;

/// <summary>A reactor that does nothing of its own accord: it notes what it is asked for, and the test makes things happen.</summary>
/// <remarks>
/// <para>
/// Its time is a <see cref="Testing.Clock"/>. Nobody listens and nobody connects; <see cref="TcpServers"/> and
/// <see cref="TcpClients"/> hold the calls with all their arguments, and through their ports and connectors a test decides
/// who comes and how attempts end.
/// </para>
/// <example>
/// <code>
/// MemoryReactor reactor = new();
/// new EchoService(reactor).Start();                       // Calls ListenTcp.
///
/// StringTransport transport = new();
/// IProtocol? echo = reactor.TcpServers[0].Listener.Accept(transport);
/// echo!.DataReceived("hello"u8);
///
/// Assert.Equal("hello", transport.WrittenText);
/// reactor.Advance(TimeSpan.FromMinutes(1));               // The idle timeout.
/// Assert.True(transport.IsDisconnecting);
/// </code>
/// </example>
/// <para>Thread: one, but for <see cref="CallFromThread"/>; it has none of its own.</para>
/// <para>Source: Twisted's <c>internet/testing.py</c>, <c>MemoryReactorClock</c>. Factories are started and stopped.</para>
/// </remarks>
public sealed partial class MemoryReactor :
    IReactorCore, IReactorTime, IReactorTcp, IReactorFDSet, IReactorPluggableResolver, IReactorPluggableNameResolver
{
    private const int FirstMadeUpPort = 49_152;

    private readonly List<MemoryTcpServer> _tcpServers = [];
    private readonly List<MemoryTcpClient> _tcpClients = [];
    private readonly List<IReadDescriptor> _readers = [];
    private readonly List<IWriteDescriptor> _writers = [];
    private readonly SystemEvents _events;
    private readonly Queue<Action> _fromThreads = new();
    private readonly Lock _fromThreadsLock = new();
    private readonly InstalledResolvers _resolvers;
    private int _madeUpPorts;

    /// <summary>Makes a reactor that does not run yet.</summary>
    public MemoryReactor()
    {
        _events = new SystemEvents(new LoggingContext(_failures));
        _resolvers = new InstalledResolvers(Names, this, loop: null);
        _events.Make(SystemEvents.Startup, () => IsRunning = true);
        _events.Make(SystemEvents.Shutdown, () => IsRunning = false);
    }

    /// <summary>The time.</summary>
    public Clock Clock { get; } = new();

    /// <summary>What answers look-ups, unless another resolver is installed: the test tells it what it knows.</summary>
    public MemoryNameResolver Names { get; } = new();

    /// <inheritdoc/>
    public IHostnameResolver NameResolver => _resolvers.Full;

    /// <inheritdoc/>
    public bool IsRunning { get; private set; }

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool HasStopped { get; private set; }

    /// <summary>Whether <see cref="Crash"/> was called.</summary>
    public bool HasCrashed { get; private set; }

    /// <summary>The calls of <see cref="ListenTcp"/>, in order.</summary>
    public IReadOnlyList<MemoryTcpServer> TcpServers => _tcpServers;

    /// <summary>The calls of <see cref="ConnectTcp"/>, in order.</summary>
    public IReadOnlyList<MemoryTcpClient> TcpClients => _tcpClients;

    /// <inheritdoc/>
    public Task<IPAddress> Resolve(string name, IReadOnlyList<TimeSpan>? timeouts = null, CancellationToken cancellationToken = default) =>
        _resolvers.Resolve(name, timeouts, cancellationToken);

    /// <inheritdoc/>
    public IResolverSimple InstallResolver(IResolverSimple resolver) => _resolvers.Install(resolver);

    /// <inheritdoc/>
    public IHostnameResolver InstallNameResolver(IHostnameResolver resolver) => _resolvers.Install(resolver);

    /// <summary>
    /// Fires "startup": makes it run, and makes the calls that waited for that. What a call throws comes out when all are made;
    /// of several, in an <see cref="AggregateException"/>.
    /// </summary>
    /// <exception cref="ReactorAlreadyRunningException">It runs already.</exception>
    public void Start()
    {
        if (IsRunning)
        {
            throw new ReactorAlreadyRunningException();
        }

        FireSystemEvent(SystemEvents.Startup);
    }

    /// <summary>As <see cref="Start"/>, then stops at once if none of the calls has done it: there is nobody who could do it later.</summary>
    /// <exception cref="ReactorAlreadyRunningException">It runs already.</exception>
    public void Run()
    {
        try
        {
            Start();
        }
        finally
        {
            if (IsRunning)
            {
                Stop();
            }
        }
    }

    /// <summary>Fires "shutdown", within the call. What a trigger throws comes out as from <see cref="Start"/>.</summary>
    /// <exception cref="ReactorNotRunningException">It does not run.</exception>
    public void Stop()
    {
        if (!IsRunning)
        {
            throw new ReactorNotRunningException();
        }

        HasStopped = true;
        FireSystemEvent(SystemEvents.Shutdown);
    }

    /// <inheritdoc/>
    public void Crash()
    {
        IsRunning = false;
        HasCrashed = true;
    }

    /// <summary>As <see cref="Advance"/>.</summary>
    public void Iterate(TimeSpan delay = default) => Advance(delay);

    /// <summary>Runs the triggers. What one throws comes out when all have run, as from <see cref="Start"/>; what one that waits throws, of the next <see cref="Advance"/>.</summary>
    /// <inheritdoc cref="IReactorCore.FireSystemEvent"/>
    public void FireSystemEvent(string eventType)
    {
        _events.Fire(eventType);
        _failures.Throw();
    }

    /// <inheritdoc/>
    public SystemEventTrigger AddSystemEventTrigger(SystemEventPhase phase, string eventType, Func<Task?> trigger) =>
        _events.Add(phase, eventType, trigger);

    /// <inheritdoc/>
    public void RemoveSystemEventTrigger(SystemEventTrigger trigger) => _events.Remove(trigger);

    /// <inheritdoc/>
    public SystemEventTrigger? CallWhenRunning(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (!IsRunning)
        {
            return _events.AddAfterStartup(call);
        }

        call();
        return null;
    }

    /// <summary>The time of <see cref="Clock"/>; it starts at zero.</summary>
    public TimeSpan Seconds() => Clock.Seconds();

    /// <inheritdoc/>
    public DelayedCall CallLater(TimeSpan delay, Action call) => Clock.CallLater(delay, call);

    /// <inheritdoc/>
    public IReadOnlyList<DelayedCall> GetDelayedCalls() => Clock.GetDelayedCalls();

    /// <summary>Makes the calls that have come in by <see cref="CallFromThread"/>, then moves the time as <see cref="Clock.Advance"/> does.</summary>
    /// <param name="time">How far; may be zero.</param>
    public void Advance(TimeSpan time)
    {
        // Only those that are here now: one that asks for itself again must not keep this going.
        for (int count = CountFromThreads(); count > 0; count--)
        {
            TakeFromThreads()();
        }

        Clock.Advance(time);
        _failures.Throw();
    }

    /// <summary>Keeps a call until <see cref="Advance"/>. Thread: any.</summary>
    public void CallFromThread(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (_fromThreadsLock)
        {
            _fromThreads.Enqueue(call);
        }
    }

    /// <inheritdoc/>
    public IListeningPort ListenTcp(int port, IFactory factory, int backlog = 50, string host = "", TcpListenOptions? options = null)
    {
        MemoryPort listener = MakePort(port, factory, host, options);
        _tcpServers.Add(new MemoryTcpServer(port, factory, backlog, host, options, listener));
        listener.StartListening();
        return listener;
    }

    /// <inheritdoc/>
    public IConnector ConnectTcp(
        string host,
        int port,
        IClientFactory factory,
        TimeSpan? timeout = null,
        IPEndPoint? bindAddress = null,
        TcpConnectOptions? options = null)
    {
        MemoryConnector connector = MakeConnector(host, port, factory);
        _tcpClients.Add(new MemoryTcpClient(host, port, factory, timeout, bindAddress, options, connector));
        connector.Connect();
        return connector;
    }

    /// <summary>Notes it; nothing is ever ready.</summary>
    public void AddReader(IReadDescriptor reader) => AddOnce(_readers, reader);

    /// <summary>Notes it; nothing is ever ready.</summary>
    public void AddWriter(IWriteDescriptor writer) => AddOnce(_writers, writer);

    /// <inheritdoc/>
    public void RemoveReader(IReadDescriptor reader) => _readers.RemoveAll(each => ReferenceEquals(each, reader));

    /// <inheritdoc/>
    public void RemoveWriter(IWriteDescriptor writer) => _writers.RemoveAll(each => ReferenceEquals(each, writer));

    /// <inheritdoc/>
    public IReadOnlyList<IFileDescriptor> RemoveAll()
    {
        IFileDescriptor[] all = [.. _readers.Concat<IFileDescriptor>(_writers).Distinct<IFileDescriptor>(ReferenceEqualityComparer.Instance)];
        _readers.Clear();
        _writers.Clear();
        return all;
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadDescriptor> GetReaders() => [.. _readers];

    /// <inheritdoc/>
    public IReadOnlyList<IWriteDescriptor> GetWriters() => [.. _writers];

    private MemoryPort MakePort(int port, IFactory factory, string host, TcpListenOptions? options, TlsContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(host);
        ThrowIfListeningFails();
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new CannotListenException(host, port, "a port is a number from 0 to 65535");
        }

        IPAddress address = IPAddress.Any;
        if (host.Length > 0 && !InternetAddresses.TryParse(host, out address))
        {
            throw new CannotListenException(host, port, "the interface must be an IPv4 or IPv6 address, and a %scope must be one of this machine");
        }

        IPEndPoint at = new(address, port == 0 ? FirstMadeUpPort + _madeUpPorts++ : port);
        EnsureFree(at, host, mayShare: options?.ReusePort == true);
        return new MemoryPort(this, factory, at, context);
    }

    private MemoryConnector MakeConnector(string host, int port, IClientFactory factory, TlsContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return new MemoryConnector(this, factory, TcpConnector.ParseDestination(host, port), context);
    }

    private static void AddOnce<T>(List<T> watched, T descriptor)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (!watched.Exists(each => ReferenceEquals(each, descriptor)))
        {
            watched.Add(descriptor);
        }
    }

    private int CountFromThreads()
    {
        lock (_fromThreadsLock)
        {
            return _fromThreads.Count;
        }
    }

    private Action TakeFromThreads()
    {
        lock (_fromThreadsLock)
        {
            return _fromThreads.Dequeue();
        }
    }
}
