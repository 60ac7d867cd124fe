using Spindle.Selectors;

namespace Spindle.Loops;

/// <content>Descriptors.</content>
public sealed partial class SelectorEventLoop
{
    private Watch[] _watches = new Watch[64]; // By descriptor, as the selector's table.

    /// <inheritdoc/>
    public void AddReader(int fd, Action callback) => AddReader(fd, InvokeAction, NotNull(callback));

    /// <inheritdoc/>
    public void AddReader(int fd, Action<object?> callback, object? state)
    {
        Handle handle = PrepareHandle(fd, callback, state);
        StartWatching(fd, Interest.Read, isReplacing: _watches[fd].Reader is not null);
        _watches[fd].Reader?.Cancel();
        _watches[fd].Reader = handle;
    }

    /// <inheritdoc/>
    public bool RemoveReader(int fd)
    {
        if (!StopWatching(fd, Interest.Read))
        {
            return false;
        }

        _watches[fd].Reader!.Cancel();
        _watches[fd].Reader = null;
        return true;
    }

    /// <inheritdoc/>
    public void AddWriter(int fd, Action callback) => AddWriter(fd, InvokeAction, NotNull(callback));

    /// <inheritdoc/>
    public void AddWriter(int fd, Action<object?> callback, object? state)
    {
        Handle handle = PrepareHandle(fd, callback, state);
        StartWatching(fd, Interest.Write, isReplacing: _watches[fd].Writer is not null);
        _watches[fd].Writer?.Cancel();
        _watches[fd].Writer = handle;
    }

    /// <inheritdoc/>
    public bool RemoveWriter(int fd)
    {
        if (!StopWatching(fd, Interest.Write))
        {
            return false;
        }

        _watches[fd].Writer!.Cancel();
        _watches[fd].Writer = null;
        return true;
    }

    /// <summary>Whether a watched number still stands for the file that it was added for; if not, the new one is watched from now on.</summary>
    /// <exception cref="SystemCallException">The descriptor is closed.</exception>
    internal bool IsSameFile(int fd) => _selector.Reassert(fd);

    private Handle PrepareHandle(int fd, Action<object?> callback, object? state)
    {
        EnsureCanSchedule(nameof(CallSoonThreadSafe));
        ArgumentOutOfRangeException.ThrowIfNegative(fd);
        if (fd == _waker.Fd)
        {
            throw new InvalidOperationException($"Descriptor {fd} is the loop's own.");
        }

        if (fd >= _watches.Length)
        {
            Array.Resize(ref _watches, Math.Max(fd + 1, _watches.Length * 2));
        }

        return Remember(new Handle(NotNull(callback), state, context: null));
    }

    // The kernel is asked first: a refused registration leaves no trace (LOOP-21, SEL-8).
    private void StartWatching(int fd, Interest direction, bool isReplacing)
    {
        Interest present = Present(fd);
        if (present == Interest.None || _watches[fd].IsLost)
        {
            _selector.Register(fd, present | direction);
            _watches[fd].IsLost = false;
        }
        else if (isReplacing)
        {
            // The number may have been closed without removal and stand for another file now (SEL-30).
            _selector.Reassert(fd);
        }
        else
        {
            _selector.Modify(fd, present | direction);
        }
    }

    private bool StopWatching(int fd, Interest direction)
    {
        EnsureAccess(nameof(CallSoonThreadSafe));
        if (_isClosed || (Present(fd) & direction) == 0)
        {
            return false;
        }

        Interest left = Present(fd) & ~direction;
        if (_watches[fd].IsLost)
        {
            _watches[fd].IsLost = false;
        }
        else if (left == Interest.None)
        {
            _selector.Unregister(fd);
        }
        else
        {
            Narrow(fd, left);
        }

        return true;
    }

    // A removal always succeeds for its caller. If the kernel refuses because the descriptor was closed behind our
    // back, nothing of it is watched any more; the other direction's owner must still be able to remove itself.
    private void Narrow(int fd, Interest left)
    {
        try
        {
            _selector.Modify(fd, left);
        }
        catch (SystemCallException)
        {
            _selector.Unregister(fd);
            _watches[fd].IsLost = !TryRegister(fd, left);
        }
    }

    private bool TryRegister(int fd, Interest events)
    {
        try
        {
            _selector.Register(fd, events);
            return true;
        }
        catch (SystemCallException)
        {
            return false;
        }
    }

    private Interest Present(int fd)
    {
        if ((uint)fd >= (uint)_watches.Length)
        {
            return Interest.None;
        }

        Watch watch = _watches[fd];
        return (watch.Reader is null ? Interest.None : Interest.Read) | (watch.Writer is null ? Interest.None : Interest.Write);
    }

    private void QueueReady(int fd, Interest ready)
    {
        if (fd == _waker.Fd)
        {
            _waker.Drain();
            return;
        }

        ref Watch watch = ref _watches[fd];
        if ((ready & Interest.Read) != 0)
        {
            _ready.Add(watch.Reader!);
        }

        if ((ready & Interest.Write) != 0)
        {
            _ready.Add(watch.Writer!);
        }
    }

    private struct Watch
    {
        public Handle? Reader;
        public Handle? Writer;
        public bool IsLost; // One direction is left, and the selector could not keep it.
    }
}
