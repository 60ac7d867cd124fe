using Spindle.Loops;
using Spindle.Names;
using Spindle.Threads;

namespace Spindle.Reactors;

/// <summary>A reactor's life, time and threads.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread.</para>
/// <para>Source: Twisted's <c>internet/base.py</c>, <c>ReactorBase</c>.</para>
/// </remarks>
public abstract partial class ReactorBase : IReactorCore, IReactorTime, IReactorThreads, ILoopReactor, IDisposable
{
    private const int SIGCHLD = 17;

    private readonly LoopDelayedCallQueue _delayedCalls;
    private readonly SystemEvents _events;
    private readonly TimeSpan _epochOffset;
    private readonly bool _ownsLoop;
    private TaskCompletionSource _stopped = new();
    private ReactorState _state;
    private bool _isRunByUs;
    private bool _installsSignalHandlers;

    private protected ReactorBase(SelectorEventLoop loop, bool ownsLoop)
    {
        Loop = loop;
        _ownsLoop = ownsLoop;
        Context = new LoggingContext(loop.CreateLogger(GetType()));
        _resolvers = new InstalledResolvers(new GetAddrInfoResolver(loop), this, loop);
        _makeCall = MakeCall;
        _threads = new ReactorThreads(this, loop, () => loop.CheckAccess() ? Context.ForAnotherThread() : Context.LogErrorOfNobody);
        _events = new SystemEvents(Context);
        _events.Make(SystemEvents.Startup, BecomeRunning);
        _events.Make(SystemEvents.Shutdown, EndEverything);
        _delayedCalls = new LoopDelayedCallQueue(loop, Context.LogError);
        _epochOffset = loop.Kernel.Clock.UtcNow - DateTimeOffset.UnixEpoch - loop.Time;

        // A parent may have us inherit that it is ignored; then nobody in the process is told of a child's end, and
        // Process.WaitForExit waits for ever (design I8).
        loop.Kernel.Signals.StopIgnoring(SIGCHLD);
    }

    /// <inheritdoc/>
    public bool IsRunning { get; private set; }

    /// <summary>The last signal that told the reactor to stop, or null.</summary>
    public int? ExitSignal { get; private set; }

    /// <summary>Whose code runs now, for records of one's own: the prefix of the descriptor, port or connector that is being called, "-" for none.</summary>
    public string LogSystem => Context.System;

    /// <summary>Done when the reactor has ended: every phase of the shutdown is over, or it crashed.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>The loop that the reactor runs on.</summary>
    public IEventLoop EventLoop => Loop;

    private protected SelectorEventLoop Loop { get; }

    private protected LoggingContext Context { get; }

    /// <summary>Runs with handlers for SIGINT and SIGTERM, which stop the reactor.</summary>
    public void Run() => Run(installSignalHandlers: true);

    /// <inheritdoc cref="IReactorCore.Run"/>
    /// <param name="installSignalHandlers">
    /// Whether SIGINT and SIGTERM stop the reactor, from the during phase of "startup" until the run ends; then they are
    /// handled as before. A SIGINT that the process ignores, or for which the loop has a handler, stays as it is.
    /// </param>
    /// <exception cref="InvalidOperationException">The loop runs already: <see cref="StartRunning"/> is for that.</exception>
    public void Run(bool installSignalHandlers)
    {
        CheckStartable();
        if (Loop.IsRunning)
        {
            throw new InvalidOperationException($"The loop runs already; {nameof(StartRunning)} starts a reactor on it.");
        }

        _isRunByUs = true;
        try
        {
            // Before the first turn, as in the original, but with the loop's context current.
            Loop.RunForever(() => Start(installSignalHandlers));
        }
        finally
        {
            _isRunByUs = false;
        }
    }

    /// <summary>Starts on a loop that somebody else runs, and returns; <see cref="Stopped"/> tells the end. The loop goes on after it.</summary>
    /// <param name="installSignalHandlers">As for <see cref="Run(bool)"/>. Default: signals are the program's own affair.</param>
    /// <remarks>If the loop ends first, that is a crash: nothing is closed, and the reactor may be started again.</remarks>
    /// <exception cref="ReactorAlreadyRunningException">It runs already.</exception>
    /// <exception cref="ReactorNotRestartableException">It was stopped before.</exception>
    public void StartRunning(bool installSignalHandlers = false)
    {
        EnsureAccess();
        CheckStartable();
        Loop.CallWithinContext(() => Start(installSignalHandlers));
    }

    /// <inheritdoc/>
    public void Stop()
    {
        EnsureAccess();
        if (_state is not (ReactorState.Starting or ReactorState.Running))
        {
            throw new ReactorNotRunningException();
        }

        // Never within the call: what is ready and what is due happens before (CORE-30, TIME-26).
        _state = ReactorState.Stopping;
        _events[SystemEvents.Shutdown].OnDone = Ended;
        _delayedCalls.CallAtPassEnd(FireShutdown);
    }

    /// <inheritdoc/>
    public void Crash()
    {
        EnsureAccess();
        if (_state is not (ReactorState.Starting or ReactorState.Running or ReactorState.Stopping))
        {
            return;
        }

        EndByCrash();
        StopLoopIfOurs();
    }

    /// <inheritdoc/>
    public void Iterate(TimeSpan delay = default)
    {
        EnsureAccess();
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        TimeSpan start = Loop.Time;
        TimeSpan left = delay;
        while (!TurnHasWorked(left) && left > TimeSpan.Zero)
        {
            left = delay - (Loop.Time - start);
            left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public void FireSystemEvent(string eventType)
    {
        EnsureAccess();
        Loop.CallWithinContext(() => _events.Fire(eventType));
    }

    /// <inheritdoc/>
    public SystemEventTrigger AddSystemEventTrigger(SystemEventPhase phase, string eventType, Func<Task?> trigger)
    {
        EnsureAccess();
        return _events.Add(phase, eventType, trigger);
    }

    /// <inheritdoc/>
    public void RemoveSystemEventTrigger(SystemEventTrigger trigger)
    {
        EnsureAccess();
        _events.Remove(trigger);
    }

    /// <inheritdoc/>
    public SystemEventTrigger? CallWhenRunning(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        EnsureAccess();
        if (!IsRunning)
        {
            return _events.AddAfterStartup(call);
        }

        call();
        return null;
    }

    /// <inheritdoc/>
    public TimeSpan Seconds() => _epochOffset + Loop.Time;

    /// <inheritdoc/>
    public DelayedCall CallLater(TimeSpan delay, Action call) => _delayedCalls.Add(delay, call);

    /// <inheritdoc/>
    public IReadOnlyList<DelayedCall> GetDelayedCalls()
    {
        EnsureAccess();
        return [.. _delayedCalls.Pending];
    }

    /// <summary>Starts asynchronous work on the reactor, in the next turn. If it fails, that is reported at once with where it was started.</summary>
    /// <param name="work">The work.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public void Spawn(
        Func<Task> work,
        [System.Runtime.CompilerServices.CallerMemberName] string member = "",
        [System.Runtime.CompilerServices.CallerFilePath] string file = "",
        [System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => Loop.Spawn(work, member, file, line);

    /// <summary>If a signal stopped the reactor, ends the process by it, so that the parent sees death by this signal (CORE-62).</summary>
    public void DieOfExitSignal()
    {
        if (ExitSignal is { } signal)
        {
            Console.Out.Flush();
            Loop.Kernel.Signals.DieOf(signal);
        }
    }

    /// <summary>Lets go of the loop, if the reactor made it.</summary>
    /// <remarks>A reactor that was started on a running loop ends by a crash, and its connections are lost: the exception that leaves a using block stays the one that is seen.</remarks>
    /// <exception cref="InvalidOperationException">It is within <see cref="Run()"/>, or its own loop runs.</exception>
    public void Dispose()
    {
        if (_state == ReactorState.Disposed)
        {
            return;
        }

        EnsureAccess();
        if (_isRunByUs || (_ownsLoop && Loop.IsRunning))
        {
            throw new InvalidOperationException("A running reactor cannot be disposed of; stop it first.");
        }

        Crash();
        _state = ReactorState.Disposed;
        IsRunning = false; // Somebody may have fired "startup" by hand.
        _delayedCalls.Stop(); // The loop may go on.
        DisconnectAll(); // Also after a stop: what was made during the shutdown was never served (CORE-43).
        _threads.Dispose();
        Loop.ReleaseFromReactor(this);
        if (_ownsLoop)
        {
            Loop.Close();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Loses every connection and closes every port.</summary>
    private protected abstract void DisconnectAll();

    private protected ReactorSignals Signals => field ??= new ReactorSignals(Loop, SignalArrived);

    private protected void EnsureAccess() => Loop.EnsureAccess(nameof(CallFromThread));

    /// <summary>Whether the shutdown has begun: nothing new is served any more.</summary>
    private protected bool IsShutDown => _state is ReactorState.Stopped or ReactorState.Disposed;

    private protected bool CanStop => _state is ReactorState.Starting or ReactorState.Running;

    private protected void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_state == ReactorState.Disposed, this);

    /// <summary>What a signal does: by default it stops the reactor. A second one ends the wait for what the triggers before the shutdown return.</summary>
    private protected virtual void OnSignal(int signal)
    {
        if (CanStop)
        {
            Stop();
        }
        else if (_state == ReactorState.Stopping && _events[SystemEvents.Shutdown].StopWaiting())
        {
            Context.LogInformation("The shutdown did not wait any longer");
        }
    }

    /// <summary>Does what a signal does, for a group that has heard it.</summary>
    internal void HearSignal(int signal) => OnSignal(signal);

    private void SignalArrived(int signal)
    {
        ExitSignal = signal;
        Context.LogInformation($"Received {ReactorSignals.NameOf(signal)}, shutting down.");
        OnSignal(signal);
    }

    private void CheckStartable()
    {
        switch (_state)
        {
            case ReactorState.New or ReactorState.Crashed when !_isRunByUs:
                break;
            case ReactorState.Stopped:
                throw new ReactorNotRestartableException();
            case ReactorState.Disposed:
                throw new ObjectDisposedException(GetType().FullName);
            default:
                throw new ReactorAlreadyRunningException();
        }
    }

    private void Start(bool installSignalHandlers)
    {
        _state = ReactorState.Starting;
        _installsSignalHandlers = installSignalHandlers;
        if (_stopped.Task.IsCompleted)
        {
            _stopped = new TaskCompletionSource();
        }

        _events[SystemEvents.Startup].Fire();
    }

    // The during phase of "startup" begins. A Stop in a before trigger lets the startup be completed first (CORE-33). Fired by
    // hand, it changes nothing of a reactor that runs, and sets none running that has ended.
    private void BecomeRunning()
    {
        if (IsShutDown || (IsRunning && _state != ReactorState.Starting))
        {
            return;
        }

        if (_state == ReactorState.Starting)
        {
            _state = ReactorState.Running;
        }

        IsRunning = true;
        if (_installsSignalHandlers)
        {
            Guarded("The reactor runs without signal handlers", Signals.Install); // CORE-64.
        }
    }

    private void FireShutdown()
    {
        if (_state != ReactorState.Stopping)
        {
            return; // It crashed in between, or somebody has fired the shutdown by hand.
        }

        // A before trigger of "startup" that is still awaited must not set a stopped reactor running.
        _events[SystemEvents.Startup].Drop();
        _events[SystemEvents.Shutdown].Fire();
    }

    // The during phase of "shutdown" begins. If somebody has fired it by hand, that ends the run as a crash, as in the original.
    private void EndEverything()
    {
        if (_state == ReactorState.Stopping)
        {
            _state = ReactorState.Stopped;
            _events[SystemEvents.Startup].Drop();
            _delayedCalls.Stop();
            _threads.EndCalls();
        }
        else
        {
            Crash();
        }

        IsRunning = false;
        DisconnectAll();
    }

    private void Ended()
    {
        Signals.Uninstall();
        _threads.End();
        StopLoopIfOurs();
        LoopTasks.Complete(_stopped, failure: null);
    }

    private void StopLoopIfOurs()
    {
        if (_isRunByUs)
        {
            Loop.Stop();
        }
    }

    // The loop ended without the reactor having been told to stop: everything is still there, and it may run again (CORE-24).
    void ILoopReactor.LoopEnded()
    {
        if (_state is ReactorState.Starting or ReactorState.Running or ReactorState.Stopping)
        {
            EndByCrash();
        }
    }

    private void EndByCrash()
    {
        _state = ReactorState.Crashed;
        IsRunning = false;
        _events[SystemEvents.Startup].Drop();
        _events[SystemEvents.Shutdown].Drop();
        _installsSignalHandlers = false;
        Signals.Uninstall();
        LoopTasks.Complete(_stopped, failure: null);
    }

    // A turn for a delayed call that was cancelled or put off is none: Iterate waits on.
    private bool TurnHasWorked(TimeSpan maxWait)
    {
        int idlePasses = _delayedCalls.IdlePasses;
        return Loop.RunTurn(maxWait) > _delayedCalls.IdlePasses - idlePasses;
    }

    private void Guarded(string what, Action call)
    {
        try
        {
            call();
        }
        catch (Exception exception)
        {
            Context.LogError(what, exception);
        }
    }
}
