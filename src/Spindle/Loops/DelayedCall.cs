using System.Globalization;
using System.Runtime.CompilerServices;

namespace Spindle.Loops;

/// <summary>A call that a reactor will make once, when its time has come.</summary>
/// <remarks>
/// <para>
/// The call is made in the execution context of whoever asked for it. If the loop was in debug mode then
/// (<see cref="IEventLoop.Debug"/>), it also remembers where that was.
/// </para>
/// <para>Thread: the reactor's; from another one every change throws.</para>
/// <para>Source: Twisted 24.10, <c>internet/base.py</c>, <c>DelayedCall</c>. <see cref="Reset"/> refuses a negative time.</para>
/// </remarks>
public sealed class DelayedCall : ITimerNode
{
    private readonly DelayedCallQueue _queue;
    private Action? _callback;
    private object? _origin; // The execution context of the call; a Creation if it is known where it was made.
    private int _timerSlot = -1;

    internal DelayedCall(DelayedCallQueue queue, TimeSpan due, long sequence, Action callback, string? creationStack)
    {
        _queue = queue;
        _callback = callback;
        Due = due;
        Sequence = sequence;
        ExecutionContext? context = ExecutionContext.Capture();
        _origin = creationStack is null ? context : new Creation(creationStack) { Context = context };
    }

    /// <summary>When the call is due, on the loop's monotonic clock (<see cref="IEventLoop.Time"/>); of a call that was made or cancelled, when it was.</summary>
    public TimeSpan Due { get; internal set; }

    /// <summary>Whether the call is still to be made. Already false within the call itself.</summary>
    public bool IsActive => _callback is not null;

    /// <summary>Whether <see cref="Cancel"/> was called.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Where the call was asked for, if the loop was in debug mode then; else null.</summary>
    public string? CreationStack => (_origin as Creation)?.Stack;

    /// <summary>The place among equal times.</summary>
    internal long Sequence { get; set; }

    int ITimerNode.TimerSlot
    {
        get => _timerSlot;
        set => _timerSlot = value;
    }

    internal bool IsQueued => _timerSlot >= 0;

    /// <summary>Whether this is for certain the thread that may change the call. Thread: any.</summary>
    internal bool IsOnItsThread => _queue.IsOnItsThread;

    /// <summary>Prevents the call and lets go of what it holds.</summary>
    /// <exception cref="AlreadyCalledException">The call was made, or is being made.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled before.</exception>
    public void Cancel()
    {
        ThrowIfInactive();
        if (_origin is Creation creation)
        {
            creation.LastText = ToString();
        }

        IsCancelled = true;
        LetGo();
        _queue.Remove(this);
    }

    /// <summary>Makes the call due <paramref name="delay"/> from now, sooner or later than it was. It comes after those that are due at the same time already.</summary>
    /// <param name="delay">Zero or more; <see cref="TimeSpan.MaxValue"/> never comes. Zero means a later pass of the reactor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    /// <exception cref="AlreadyCalledException">The call was made, or is being made.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled.</exception>
    public void Reset(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ThrowIfInactive();
        _queue.Move(this, _queue.After(delay));
    }

    /// <summary>Adds to the time at which the call is due.</summary>
    /// <param name="time">Negative makes it due earlier, possibly at once. A call that never comes stays so.</param>
    /// <exception cref="AlreadyCalledException">The call was made, or is being made.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled.</exception>
    public void Delay(TimeSpan time)
    {
        ThrowIfInactive();
        _queue.Move(this, DelayedCallQueue.Add(Due, time));
    }

    /// <summary>Type, identity, time until it is due, state, and what it calls while that is known; in debug mode also where it was made.</summary>
    public override string ToString()
    {
        if (_origin is Creation { LastText: { } text })
        {
            return text;
        }

        string time = Due == TimeSpan.MaxValue
            ? "never"
            : (Due.TotalSeconds - _queue.Now.TotalSeconds).ToString("0.#######", CultureInfo.InvariantCulture) + "s"; // The difference of the times could overflow.
        bool isCalled = _callback is null && !IsCancelled;
        string callback = _callback is null ? "" : $" {LoopErrors.NameOf(_callback)}()";
        string creation = CreationStack is null ? "" : $"\n\nmade at:\n{CreationStack}";
        return $"<DelayedCall 0x{RuntimeHelpers.GetHashCode(this):x} [{time}] called={(isCalled ? 1 : 0)} cancelled={(IsCancelled ? 1 : 0)}{callback}{creation}>";
    }

    /// <summary>Marks the call as made and hands out what is to be called.</summary>
    internal Action Take(out ExecutionContext? context)
    {
        Action callback = _callback!;
        context = _origin is Creation creation ? creation.Context : (ExecutionContext?)_origin;
        LetGo();
        return callback;
    }

    private void LetGo()
    {
        _callback = null;
        if (_origin is Creation creation)
        {
            creation.Context = null;
        }
        else
        {
            _origin = null;
        }
    }

    private void ThrowIfInactive()
    {
        _queue.EnsureAccess();
        if (!IsActive)
        {
            throw IsCancelled ? new AlreadyCancelledException() : new AlreadyCalledException();
        }
    }

    /// <summary>Where a call was made; in debug mode only, so that a call otherwise pays one reference for both.</summary>
    private sealed class Creation(string stack)
    {
        public string Stack { get; } = stack;

        public ExecutionContext? Context { get; set; }

        /// <summary>The text from just before the call was cancelled: afterwards nobody would know what it was.</summary>
        public string? LastText { get; set; }
    }
}
