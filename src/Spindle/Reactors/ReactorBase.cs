using Spindle.Loops;

namespace Spindle.Reactors;

/// <summary>A reactor's life, time and threads.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread.</para>
/// <para>Source: Twisted's <c>internet/base.py</c>, <c>ReactorBase</c>.</para>
/// </remarks>
public abstract class ReactorBase : IReactorCore, IReactorTime, IReactorFromThreads, IDisposable
{
    private readonly DelayedCallQueue _delayedCalls;
    private readonly List<Action> _whenRunning = [];
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
        _delayedCalls = new DelayedCallQueue(loop, exception => Context.LogError("A delayed call failed", exception));
        _epochOffset = loop.Kernel.Clock.UtcNow - DateTimeOffset.UnixEpoch - loop.Time;
    }

    /// <inheritdoc/>
    public bool IsRunning => _state is ReactorState.Running or ReactorState.Stopping;

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
        if (_state != ReactorState.Running)
        {
            throw new ReactorNotRunningException();
        }

        // Never within the call; what is due in this turn still happens.
        _state = ReactorState.Stopping;
        Loop.CallSoon(ShutDown);
    }

    /// <inheritdoc/>
    public void CallWhenRunning(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        EnsureAccess();
        if (IsRunning)
        {
            call();
        }
        else
        {
            _whenRunning.Add(call);
        }
    }

    /// <inheritdoc/>
    public TimeSpan Seconds() => _epochOffset + Loop.Time;

    /// <inheritdoc/>
    public DelayedCall CallLater(TimeSpan delay, Action call)
    {
        EnsureAccess();
        return _delayedCalls.Add(delay, call);
    }

    /// <inheritdoc/>
    public IReadOnlyList<DelayedCall> GetDelayedCalls()
    {
        EnsureAccess();
        return [.. _delayedCalls.Pending];
    }

    /// <inheritdoc/>
    public void CallFromThread(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Loop.CallSoonThreadSafe(() => Guarded("A call from a thread failed", call));
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
        if (IsRunning)
        {
            throw new InvalidOperationException("A running reactor cannot be disposed of; stop it first.");
        }

        if (_state is ReactorState.New or ReactorState.Crashed)
        {
            DisconnectAll();
        }

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
        if (_state == ReactorState.Running)
        {
            Stop();
        }
    }

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
            case ReactorState.Running or ReactorState.Stopping:
                throw new ReactorAlreadyRunningException();
            case ReactorState.Stopped:
                throw new ReactorNotRestartableException();
            default:
                break;
        }

        if (_isRunByUs)
        {
            throw new ReactorAlreadyRunningException();
        }
    }

    private void Start()
    {
        _state = ReactorState.Running;
        if (_stopped.Task.IsCompleted)
        {
            _stopped = new TaskCompletionSource();
        }

        Action[] calls = [.. _whenRunning];
        _whenRunning.Clear();
        foreach (Action call in calls)
        {
            Guarded("A call of CallWhenRunning failed", call);
        }
    }

    private void ShutDown()
    {
        _state = ReactorState.Stopped;
        DisconnectAll();
        if (_isRunByUs)
        {
            Loop.Stop();
        }

        LoopTasks.Complete(_stopped, failure: null);
    }

    // The loop ended without the reactor having been told to stop: everything is still there, and it may run again.
    private void CrashIfRunning()
    {
        if (IsRunning)
        {
            _state = ReactorState.Crashed;
        }
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
