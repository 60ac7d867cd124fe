using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Reactors;

namespace Spindle;

/// <summary>Several reactors, each on a thread of its own, that serve the same ports and start and stop as one.</summary>
/// <remarks>
/// <para>
/// Everything of a connection stays on the thread of the reactor that serves it: protocols need no locks, but a factory and
/// what its protocols share must be made for each reactor, or be safe for threads.
/// </para>
/// <para>
/// A reactor that ends, by <see cref="ReactorBase.Stop"/> or because its thread died, takes the others with it: half a
/// server that goes on unnoticed is worse than none.
/// </para>
/// <example>
/// <code>
/// using ReactorGroup group = new(Environment.ProcessorCount);
/// group.Run(() => group.ListenTcpAsync(7000, reactor => Factory.For&lt;Echo&gt;()));
/// group.DieOfExitSignal();
/// </code>
/// </example>
/// <para>Thread: any, unless a member says otherwise.</para>
/// <para>Source: ours; Twisted runs several processes instead. The ways of others are in docs/decisions.</para>
/// </remarks>
public sealed partial class ReactorGroup : IDisposable
{
    /// <summary>The most reactors that a group may have: 1,024, as many as the largest machines have cores.</summary>
    public const int MaxCount = 1024;

    // A parent that signals its child and then its whole group, as timeout(1) does, means one signal. Nobody types so fast.
    private static readonly TimeSpan SameSignalTime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly IKernel _kernel;
    private readonly ReactorGroupMember[] _members;
    private readonly ReactorSignals _signals;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private State _state;
    private TimeSpan _sameSignalUntil;
    private bool _installsSignalHandlers;
    private int _starting;
    private int _living;
    private Exception? _failure;

    /// <summary>Makes a group whose loops have the default options.</summary>
    /// <param name="count">How many reactors: 1 to <see cref="MaxCount"/>. More than there are cores gain nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of range.</exception>
    /// <exception cref="SystemCallException">The kernel gives no more descriptors.</exception>
    public ReactorGroup(int count)
        : this(count, new EventLoopOptions())
    {
    }

    /// <inheritdoc cref="ReactorGroup(int)"/>
    /// <param name="count">How many reactors: 1 to <see cref="MaxCount"/>. More than there are cores gain nothing.</param>
    /// <param name="options">How each loop is to be made.</param>
    public ReactorGroup(int count, EventLoopOptions options)
        : this(count, options, new LinuxKernel())
    {
    }

    internal ReactorGroup(int count, EventLoopOptions options, IKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (count is < 1 or > MaxCount)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A group has 1 to {MaxCount} reactors.");
        }

        // One kernel for all: a socket that goes from one reactor to another stays in the same ledger.
        _kernel = kernel;
        _members = new ReactorGroupMember[count];
        try
        {
            for (int i = 0; i < count; i++)
            {
                _members[i] = new ReactorGroupMember(this, i, new AsyncSelectorReactor(options, kernel));
            }
        }
        catch
        {
            DisposeAll();
            throw;
        }

        Reactors = Array.ConvertAll(_members, member => member.Reactor);
        _signals = new ReactorSignals((SelectorEventLoop)Reactors[0].EventLoop, SignalArrived);
    }

    private enum State
    {
        New,
        Living,
        Stopping,
        Ended,
    }

    /// <summary>The reactors. Each belongs to its thread once the group is started.</summary>
    public IReadOnlyList<AsyncSelectorReactor> Reactors { get; }

    /// <summary>The first signal that stopped the group, or null.</summary>
    public int? ExitSignal { get; private set; }

    /// <summary>How long connections may take to finish when a signal stops the group, or a reactor that ends. Default zero: they are lost at once.</summary>
    /// <remarks>A second signal ends the grace, unless it is the same within a tenth of a second.</remarks>
    public TimeSpan SignalGrace { get; set; }

    /// <summary>Done when every reactor has ended; fails with the reason if one of them failed.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>Runs the group until it is stopped, with handlers for SIGINT and SIGTERM, which stop it. Blocks the thread.</summary>
    /// <param name="setUp">Called once, on the first reactor's thread as soon as it runs.</param>
    /// <exception cref="InvalidOperationException">An event loop runs on this thread, or the group was started before.</exception>
    /// <remarks>What the set-up threw, or killed a reactor, is thrown after all have ended.</remarks>
    public void Run(Func<Task> setUp)
    {
        ArgumentNullException.ThrowIfNull(setUp);
        if (EventLoop.Current is not null)
        {
            throw new InvalidOperationException($"An event loop runs on this thread and must not be blocked; use {nameof(StartAsync)}.");
        }

        Start(reactor => ReferenceEquals(reactor, Reactors[0]) ? setUp() : Task.CompletedTask, installSignalHandlers: true);
        Stopped.GetAwaiter().GetResult();
    }

    /// <summary>Starts the group: every reactor on a thread of its own.</summary>
    /// <param name="setUp">Called on each reactor's thread as soon as it runs. Null: nothing.</param>
    /// <param name="installSignalHandlers">Whether SIGINT and SIGTERM stop the group. A SIGINT that the process ignores stays ignored.</param>
    /// <returns>Done when every set-up is; if one fails, fails with its exception after all reactors have ended.</returns>
    /// <exception cref="InvalidOperationException">The group was started before.</exception>
    public Task StartAsync(Func<AsyncSelectorReactor, Task>? setUp = null, bool installSignalHandlers = false)
    {
        Start(setUp ?? (static _ => Task.CompletedTask), installSignalHandlers);
        return _started.Task;
    }

    /// <summary>Stops accepting everywhere, serves who already waits, closes every connection when what was written to it is sent, and ends every reactor.</summary>
    /// <param name="grace">How long that may take; connections that are left are then aborted. Zero: all are lost at once.</param>
    /// <returns>As <see cref="Stopped"/>. When the group is stopping already, that goes on with its own grace.</returns>
    /// <exception cref="ReactorNotRunningException">The group was never started.</exception>
    public Task StopAsync(TimeSpan grace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        EnsureStarted();
        BeginStop(grace);
        return Stopped;
    }

    /// <summary>If a signal stopped the group, ends the process by it, so that the parent sees death by this signal.</summary>
    public void DieOfExitSignal()
    {
        if (ExitSignal is { } signal)
        {
            Console.Out.Flush();
            _kernel.Signals.DieOf(signal);
        }
    }

    /// <summary>Lets go of a group that was never started; one that has ended holds nothing.</summary>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_state is State.Living or State.Stopping)
            {
                throw new InvalidOperationException("A running group cannot be disposed of; stop it first.");
            }

            if (_state == State.Ended)
            {
                return;
            }

            _state = State.Ended;
        }

        DisposeAll();
        _stopped.TrySetResult();
    }

    /// <summary>A reactor runs and is about to be set up. Thread: the reactor's.</summary>
    internal void MemberStarts(ReactorGroupMember member)
    {
        if (_installsSignalHandlers && member.Index == 0)
        {
            _signals.Install();
        }
    }

    /// <summary>A reactor is set up. Thread: the reactor's.</summary>
    internal void MemberStarted()
    {
        if (Interlocked.Decrement(ref _starting) == 0)
        {
            _started.TrySetResult();
        }
    }

    /// <summary>A reactor's set-up failed. Thread: the reactor's.</summary>
    internal void MemberFailedToStart(Exception failure)
    {
        lock (_lock)
        {
            // What a stop cuts short has not failed.
            if (_state == State.Living)
            {
                _failure ??= failure;
            }
        }

        BeginStop(TimeSpan.Zero);
    }

    /// <summary>A reactor has ended. Thread: the reactor's, which ends now too.</summary>
    internal void MemberEnded(ReactorGroupMember member, Exception? death)
    {
        if (death is not null)
        {
            new LoggingContext(member.Reactor.EventLoop.Logger).LogError($"Reactor {member.Index} of {_members.Length} died", death);
        }

        bool isLast;
        lock (_lock)
        {
            _failure ??= death;
            isLast = --_living == 0;
            _state = isLast ? State.Ended : _state;
        }

        if (!isLast)
        {
            BeginStop(SignalGrace);
        }
        else if (_failure is { } failure)
        {
            _stopped.TrySetException(failure); // First: whoever hears that the start failed finds it stopped.
            _started.TrySetException(failure);
        }
        else
        {
            _stopped.TrySetResult();
            _started.TrySetResult(); // It was stopped before it was set up.
        }
    }

    private void Start(Func<AsyncSelectorReactor, Task> setUp, bool installSignalHandlers)
    {
        lock (_lock)
        {
            if (_state != State.New)
            {
                throw new InvalidOperationException("A group can be started once.");
            }

            _state = State.Living;
            _installsSignalHandlers = installSignalHandlers;
            _starting = _living = _members.Length;
        }

        foreach (ReactorGroupMember member in _members)
        {
            try
            {
                _kernel.WorkerThreads.Start($"spindle-reactor-{member.Index}", () => member.Live(setUp));
            }
            catch (Exception failure)
            {
                member.Dispose();
                MemberEnded(member, failure);
            }
        }
    }

    private void EnsureStarted()
    {
        lock (_lock)
        {
            if (_state == State.New)
            {
                throw new ReactorNotRunningException();
            }
        }
    }

    private void SignalArrived(int signal)
    {
        TimeSpan now = Reactors[0].Seconds();
        if (signal == ExitSignal && now < _sameSignalUntil)
        {
            return;
        }

        bool isFirst = ExitSignal is null;
        ExitSignal ??= signal;
        _sameSignalUntil = now + SameSignalTime;
        _members[0].Host.LogInformation($"Received signal {signal}");
        if (isFirst)
        {
            BeginStop(SignalGrace);
        }
        else
        {
            Tell(reactor => reactor.HearSignal(signal), static () => { });
        }
    }

    // Nobody is accepted any more before the first connection is closed: what one reactor accepts, another may serve, and
    // it does so before it is told of the end, for each does what it is asked in order.
    private void BeginStop(TimeSpan grace)
    {
        lock (_lock)
        {
            if (_state != State.Living)
            {
                return;
            }

            _state = State.Stopping;
        }

        if (grace == TimeSpan.Zero)
        {
            Tell(Stop, static () => { });
        }
        else
        {
            Tell(static reactor => reactor.StopAccepting(), () => Tell(reactor => Stop(reactor, grace), static () => { }));
        }
    }

    private void Tell(Action<AsyncSelectorReactor> notice, Action whenAllHaveHeard)
    {
        GroupNotice work = new(notice, _members.Length, whenAllHaveHeard);
        foreach (ReactorGroupMember member in _members)
        {
            if (!member.TryPost(work))
            {
                work.Drop(member);
            }
        }
    }

    private static void Stop(AsyncSelectorReactor reactor, TimeSpan grace)
    {
        if (reactor.IsRunning)
        {
            reactor.Spawn(() => reactor.StopAsync(grace));
        }
        else
        {
            Stop(reactor);
        }
    }

    // Somebody may have stopped it before.
    private static void Stop(AsyncSelectorReactor reactor)
    {
        try
        {
            reactor.Stop();
        }
        catch (ReactorNotRunningException)
        {
            // See above.
        }
    }

    private void DisposeAll()
    {
        foreach (ReactorGroupMember? member in _members)
        {
            member?.Dispose();
        }
    }
}
