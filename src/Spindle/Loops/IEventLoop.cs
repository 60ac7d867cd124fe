using Microsoft.Extensions.Logging;

namespace Spindle.Loops;

/// <summary>Runs callbacks, timers and the owners of ready descriptors, all on one thread.</summary>
/// <remarks>
/// <para>
/// Thread: while the loop runs, its own; a call from another thread throws <see cref="InvalidOperationException"/>, but
/// for <see cref="CallSoonThreadSafe(Action)"/> and the members that say so. Before it runs, any one thread may set it up.
/// </para>
/// <para>Once closed, every call that schedules something throws <see cref="ObjectDisposedException"/>.</para>
/// <para>
/// While callbacks run, the loop's <see cref="SynchronizationContext"/> is current, so that an <c>await</c> comes back to
/// the loop. Callbacks of <c>CallSoon</c>, <c>CallLater</c> and <c>CallAt</c> run in the execution context of whoever
/// scheduled them; those of descriptors and signals in the one that the loop was started in.
/// </para>
/// <para>Source: asyncio's <c>AbstractEventLoop</c> and <c>SelectorEventLoop</c>, Python 3.11.</para>
/// </remarks>
public interface IEventLoop : IDisposable
{
    /// <summary>The loop's clock: monotonic, with an origin that means nothing, in steps of 100 ns. Thread: any.</summary>
    TimeSpan Time { get; }

    /// <summary>Whether it runs now. Thread: any.</summary>
    bool IsRunning { get; }

    /// <summary>Whether it is closed. Thread: any.</summary>
    bool IsClosed { get; }

    /// <summary>Whether this thread may call the loop now: it is the loop's, or the loop does not run. Thread: any.</summary>
    bool CheckAccess();

    /// <summary>Debug mode: callbacks remember where they were scheduled, and slow ones are reported. May be changed while it runs.</summary>
    bool Debug { get; set; }

    /// <summary>From how long on debug mode reports a callback as slow. Zero reports every one.</summary>
    TimeSpan SlowCallbackDuration { get; set; }

    /// <summary>Brings a continuation back to the loop. Thread: any.</summary>
    SynchronizationContext SynchronizationContext { get; }

    /// <summary>Runs tasks on the loop. Thread: any.</summary>
    TaskScheduler TaskScheduler { get; }

    /// <summary>The loop's clock and timers for code that takes a <see cref="System.TimeProvider"/>; its timers fire on the loop. Thread: any.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>Where the loop's records go. Thread: any.</summary>
    ILogger Logger { get; }

    /// <summary>Called instead of the default handler, which logs, for an error that nobody else can be told of. Null restores the default.</summary>
    Action<IEventLoop, LoopError>? ExceptionHandler { get; set; }

    /// <summary>Queues a callback: it runs once, in a later turn, after those queued before it.</summary>
    Handle CallSoon(Action callback);

    /// <inheritdoc cref="CallSoon(Action)"/>
    /// <param name="callback">The callback.</param>
    /// <param name="state">What it is given.</param>
    Handle CallSoon(Action<object?> callback, object? state);

    /// <summary>As <see cref="CallSoon(Action)"/>, from any thread; wakes the loop. Before the loop runs the callback waits for its first turn.</summary>
    Handle CallSoonThreadSafe(Action callback);

    /// <inheritdoc cref="CallSoonThreadSafe(Action)"/>
    /// <param name="callback">The callback.</param>
    /// <param name="state">What it is given.</param>
    Handle CallSoonThreadSafe(Action<object?> callback, object? state);

    /// <summary>Queues a callback for a time from now; never runs it early. Equal times run first in first out.</summary>
    /// <param name="delay">Zero or less is due in the next turn. <see cref="TimeSpan.MaxValue"/> never comes.</param>
    /// <param name="callback">The callback.</param>
    TimerHandle CallLater(TimeSpan delay, Action callback);

    /// <inheritdoc cref="CallLater(TimeSpan, Action)"/>
    /// <param name="delay">Zero or less is due in the next turn. <see cref="TimeSpan.MaxValue"/> never comes.</param>
    /// <param name="callback">The callback.</param>
    /// <param name="state">What it is given.</param>
    TimerHandle CallLater(TimeSpan delay, Action<object?> callback, object? state);

    /// <summary>Queues a callback for a time on the loop's clock.</summary>
    /// <param name="when">The time; one that has passed is due in the next turn.</param>
    /// <param name="callback">The callback.</param>
    TimerHandle CallAt(TimeSpan when, Action callback);

    /// <inheritdoc cref="CallAt(TimeSpan, Action)"/>
    /// <param name="when">The time; one that has passed is due in the next turn.</param>
    /// <param name="callback">The callback.</param>
    /// <param name="state">What it is given.</param>
    TimerHandle CallAt(TimeSpan when, Action<object?> callback, object? state);

    /// <summary>Has an object told of the end of this turn; outside a turn, of the next one's. One that waits already is told once.</summary>
    /// <remarks>
    /// An object that adds itself while it is told is told once more in the same turn, then in the next. A turn with many
    /// ready descriptors tells after each 64 of them, too.
    /// </remarks>
    void CallAtTurnEnd(ITurnEnd item);

    /// <summary>Has a callback run in every turn in which a descriptor can be read. A second one for the same descriptor replaces the first.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fd"/> is negative.</exception>
    /// <exception cref="SystemCallException">The kernel refuses the descriptor: EPERM for a regular file or directory, EBADF for a closed one. Nothing has changed.</exception>
    void AddReader(int fd, Action callback);

    /// <inheritdoc cref="AddReader(int, Action)"/>
    /// <param name="fd">The descriptor. It must be removed before it is closed.</param>
    /// <param name="callback">The callback.</param>
    /// <param name="state">What it is given.</param>
    void AddReader(int fd, Action<object?> callback, object? state);

    /// <summary>Ends <see cref="AddReader(int, Action)"/>; a run that this turn still had in store does not happen.</summary>
    /// <returns>Whether there was one. False on a closed loop.</returns>
    bool RemoveReader(int fd);

    /// <summary>As <see cref="AddReader(int, Action)"/>, for writing.</summary>
    void AddWriter(int fd, Action callback);

    /// <inheritdoc cref="AddWriter(int, Action)"/>
    /// <param name="fd">The descriptor. It must be removed before it is closed.</param>
    /// <param name="callback">The callback.</param>
    /// <param name="state">What it is given.</param>
    void AddWriter(int fd, Action<object?> callback, object? state);

    /// <summary>Ends <see cref="AddWriter(int, Action)"/>.</summary>
    /// <returns>Whether there was one. False on a closed loop.</returns>
    bool RemoveWriter(int fd);

    /// <summary>Waits until a descriptor can be read, or has come to its end.</summary>
    /// <param name="fd">The descriptor. It must stay open while it is waited for.</param>
    /// <param name="cancellationToken">Ends the wait; the awaiter gets an <see cref="OperationCanceledException"/>. May be cancelled on any thread.</param>
    /// <returns>To be awaited once. The waiter is resumed within the turn in which the descriptor is found ready.</returns>
    /// <exception cref="InvalidOperationException">The descriptor is watched for reading already.</exception>
    /// <exception cref="SystemCallException">The kernel refuses the descriptor; nothing is watched.</exception>
    ValueTask WaitReadableAsync(int fd, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="WaitReadableAsync"/>, for writing.</summary>
    ValueTask WaitWritableAsync(int fd, CancellationToken cancellationToken = default);

    /// <summary>Has a callback run on the loop for each delivery of a signal, instead of the signal's default action. A second one replaces the first.</summary>
    /// <param name="signal">The number, 1 to 64.</param>
    /// <param name="callback">The callback.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    /// <exception cref="InvalidOperationException">The signal cannot be caught: SIGKILL, SIGSTOP, the faults, and those that the runtime needs.</exception>
    void AddSignalHandler(int signal, Action callback);

    /// <summary>Ends <see cref="AddSignalHandler"/>: the signal has its default action again, or is ignored if the process was started so.</summary>
    /// <returns>Whether there was one.</returns>
    bool RemoveSignalHandler(int signal);

    /// <summary>Runs work that blocks on a thread of the loop's own executor, in the caller's execution context. Thread: any.</summary>
    /// <returns>Its result. Waiters that came from the loop go on there.</returns>
    Task<T> RunInExecutor<T>(Func<T> work);

    /// <summary>Starts asynchronous work on the loop, in the next turn. If it fails, that is reported at once with where it was started.</summary>
    /// <param name="work">The work. Thread: any may start it; it runs on the loop.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    void Spawn(
        Func<Task> work,
        [System.Runtime.CompilerServices.CallerMemberName] string member = "",
        [System.Runtime.CompilerServices.CallerFilePath] string file = "",
        [System.Runtime.CompilerServices.CallerLineNumber] int line = 0);

    /// <summary>Runs turns until <see cref="Stop"/>; at least one. May be called again afterwards: what was queued is kept.</summary>
    /// <exception cref="InvalidOperationException">The loop runs already, or another one runs on this thread.</exception>
    void RunForever();

    /// <summary>Runs until asynchronous work that is started on the loop is done.</summary>
    /// <exception cref="InvalidOperationException">The loop was stopped before the work was done.</exception>
    void RunUntilComplete(Func<Task> work);

    /// <inheritdoc cref="RunUntilComplete(Func{Task})"/>
    /// <returns>The work's result; its exception is thrown.</returns>
    T RunUntilComplete<T>(Func<Task<T>> work);

    /// <summary>Has <see cref="RunForever"/> return when this turn is over, or, before it runs, after one turn.</summary>
    void Stop();

    /// <summary>Drops all callbacks and timers without running them and releases what the kernel holds. A second call does nothing.</summary>
    /// <exception cref="InvalidOperationException">The loop runs.</exception>
    void Close();

    /// <summary>Hands an error to the exception handler. Nothing that happens there gets out.</summary>
    void CallExceptionHandler(LoopError error);
}
