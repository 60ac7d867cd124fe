using Spindle.Loops;
using Spindle.Names;
using Spindle.Threads;

namespace Spindle.Reactors;

/// <summary>A reactor's life, time and threads.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread.</para>
/// <para>Source: Twisted's <c>internet/base.py</c>, <c>ReactorBase</c>.</para>
/// </remarks>
public abstract partial class ReactorBase : IReactorCore, IReactorTime, IReactorThreads, IDisposable
{
    private readonly LoopDelayedCallQueue _delayedCalls;
    private readonly SystemEvents _events;
    private readonly TimeSpan _epochOffset;
    private readonly bool _ownsLoop;
    private TaskCompletionSource _stopped = new();
    private ReactorState _state;
    private bool _isRunByUs;

    private protected ReactorBase(SelectorEventLoop loop, bool ownsLoop)
    {
        Loop = loop;
        _ownsLoop = ownsLoop;
        Context = new LoggingContext(loop.Logger);
        _resolvers = new InstalledResolvers(new GetAddrInfoResolver(loop), this, loop);
        _makeCall = MakeCall;
        _threads = new ReactorThreads(this, loop, () => loop.CheckAccess() ? Context.ForAnotherThread() : Context.LogErrorOfNobody);
        _events = new SystemEvents(Context);
        _events.Make(SystemEvents.Startup, BecomeRunning);
        _events.Make(SystemEvents.Shutdown, EndEverything);
        _delayedCalls = new LoopDelayedCallQueue(loop, Context.LogError);
        _epochOffset = loop.Kernel.Clock.UtcNow - DateTimeOffset.UnixEpoch - loop.Time;
    }

    /// <inheritdoc/>
    public bool IsRunning { get; private set; }

    /// <summary>The signal that stopped the reactor, or null.</summary>
    public int? ExitSignal { get; private set; }

    /// <summary>Done when a reactor that was started with <see cref="StartRunning"/> has ended.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>The loop that the reactor runs on.</summary>
    public IEventLoop EventLoop => Loop;

    private protected SelectorEventLoop Loop { get; }

    private protected LoggingContext Context { get; }

    /// <summary>Runs with handlers for SIGINT and SIGTERM, which stop the reactor.</summary>
    public void Run() => Run(installSignalHandlers: true);

    /// <inheritdoc cref="IReactorCore.Run"/>
    /// <param name="installSignalHandlers">Whether SIGINT and SIGTERM stop the reactor. A SIGINT that the process ignores stays ignored.</param>
    public void Run(bool installSignalHandlers)
    {
        CheckStartable();
        _isRunByUs = true;
        try
        {
            if (installSignalHandlers)
            {
                Signals.Install();
            }

            // The first turn starts it: user code then finds the loop running and its context current.
            Handle start = Loop.CallSoon(Start);
            Loop.RunForever();
            start.Cancel();
        }
        finally
        {
            _isRunByUs = false;
            Signals.Uninstall();
            CrashIfRunning();
        }
    }

    /// <summary>Starts on a loop that runs already, and returns; <see cref="Stopped"/> tells the end. No signal handlers are installed.</summary>
    /// <exception cref="ReactorAlreadyRunningException">It runs already.</exception>
    /// <exception cref="ReactorNotRestartableException">It was stopped before.</exception>
    public void StartRunning()
    {
        EnsureAccess();
        CheckStartable();
        Start();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        EnsureAccess();
        if (_state is not (ReactorState.Starting or ReactorState.Running))
        {
            throw new ReactorNotRunningException();
        }

        // Never within the call; what is due in this turn still happens (CORE-30).
        _state = ReactorState.Stopping;
        Loop.CallSoon(FireShutdown);
    }

    /// <inheritdoc/>
    public void Crash()
    {
        EnsureAccess();
        if (_state is not (ReactorState.Starting or ReactorState.Running or ReactorState.Stopping))
        {
            return;
        }

        _state = ReactorState.Crashed;
        IsRunning = false;
        _events[SystemEvents.Startup].Drop();
        StopLoopIfOurs();
    }

    /// <inheritdoc/>
    public void Iterate(TimeSpan delay = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (Loop.IsRunning)
        {
            throw new InvalidOperationException("The loop runs; turns do not nest.");
        }

        Loop.RunTurn(delay);
    }

    /// <inheritdoc/>
    public void FireSystemEvent(string eventType)
    {
        EnsureAccess();
        _events.Fire(eventType);
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
    /// <exception cref="InvalidOperationException">The reactor runs.</exception>
    public void Dispose()
    {
        if (_state is ReactorState.Starting or ReactorState.Running or ReactorState.Stopping)
        {
            throw new InvalidOperationException("A running reactor cannot be disposed of; stop it first.");
        }

        if (_state is ReactorState.New or ReactorState.Crashed)
        {
            DisconnectAll();
        }

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

    /// <summary>What a signal does: by default it stops the reactor.</summary>
    private protected virtual void OnSignal(int signal)
    {
        if (_state is ReactorState.Starting or ReactorState.Running)
        {
            Stop();
        }
    }

    /// <summary>Does what a signal does, for a group that has heard it.</summary>
    internal void HearSignal(int signal) => OnSignal(signal);

    private void SignalArrived(int signal)
    {
        ExitSignal ??= signal;
        Context.LogInformation($"Received signal {signal}");
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
            default:
                throw new ReactorAlreadyRunningException();
        }
    }

    private void Start()
    {
        _state = ReactorState.Starting;
        if (_stopped.Task.IsCompleted)
        {
            _stopped = new TaskCompletionSource();
        }

        _events[SystemEvents.Startup].Fire(onDone: null);
    }

    // The during phase of "startup" begins. A Stop in a before trigger lets the startup be completed first (CORE-33).
    private void BecomeRunning()
    {
        if (_state == ReactorState.Starting)
        {
            _state = ReactorState.Running;
        }

        IsRunning = true;
    }

    private void FireShutdown()
    {
        if (_state != ReactorState.Stopping)
        {
            return; // It crashed in between.
        }

        // A before trigger of "startup" that is still awaited must not set a stopped reactor running.
        _events[SystemEvents.Startup].Drop();
        _events[SystemEvents.Shutdown].Fire(Ended);
    }

    // The during phase of "shutdown" begins; somebody may have fired it on a reactor that never ran.
    private void EndEverything()
    {
        if (_state == ReactorState.Stopping)
        {
            _state = ReactorState.Stopped;
            _delayedCalls.Stop();
            _threads.EndCalls();
        }

        IsRunning = false;
        DisconnectAll();
    }

    private void Ended()
    {
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
    private void CrashIfRunning()
    {
        if (_state is ReactorState.Starting or ReactorState.Running or ReactorState.Stopping)
        {
            _state = ReactorState.Crashed;
            IsRunning = false;
            _events[SystemEvents.Startup].Drop();
        }
    }
}
