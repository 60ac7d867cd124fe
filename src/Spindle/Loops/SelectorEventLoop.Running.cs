namespace Spindle.Loops;

/// <content>Running.</content>
public sealed partial class SelectorEventLoop
{
    /// <inheritdoc/>
    public void RunForever() => RunForever(first: null);

    /// <inheritdoc/>
    public void RunUntilComplete(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        RunUntilComplete(async () =>
        {
            await work().ConfigureAwait(true);
            return true;
        });
    }

    /// <inheritdoc/>
    public T RunUntilComplete<T>(Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        Task<T>? task = null;
        bool isOver = false;
        Handle start = CallSoon(() =>
        {
            task = Start(work);
            task.GetAwaiter().UnsafeOnCompleted(() => Post(StopUnlessOver, null));
        });

        try
        {
            RunForever();
        }
        finally
        {
            start.Cancel();
            isOver = true;
        }

        return task is { IsCompleted: true }
            ? task.GetAwaiter().GetResult()
            : throw new InvalidOperationException("The event loop was stopped before the work was done.");

        // Work that outlives this run must not stop a later one.
        void StopUnlessOver(object? state)
        {
            if (!isOver)
            {
                Stop();
            }
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        EnsureAccess(nameof(CallSoonThreadSafe));
        _isStopping = true;
    }

    /// <summary>As <see cref="RunForever()"/>, but makes a call before the first turn, in the loop's thread and with its context current.</summary>
    internal void RunForever(Action? first)
    {
        EnterThread(out SynchronizationContext? outerContext, out ExecutionContext? outerExecution);
        try
        {
            if (first is not null)
            {
                RunBeforeFirstTurn(first);
            }

            do
            {
                RunOnce(maxWait: null);
            }
            while (!_isStopping);
        }
        finally
        {
            LeaveThread(outerContext, outerExecution);
            _reactor?.LoopEnded();
        }
    }

    /// <summary>Runs one turn.</summary>
    /// <param name="maxWait">How long it may wait for something to do.</param>
    /// <returns>How much there was to do: callbacks, and one for objects that were told of the turn's end.</returns>
    /// <exception cref="InvalidOperationException">The loop is in a turn: turns do not nest.</exception>
    internal int RunTurn(TimeSpan maxWait)
    {
        if (_isBeforeFirstTurn && IsOnLoopThread)
        {
            _isBeforeFirstTurn = false;
            int done = RunOnce(maxWait);
            _isBeforeFirstTurn = true;
            return done;
        }

        EnterThread(out SynchronizationContext? outerContext, out ExecutionContext? outerExecution);
        try
        {
            return RunOnce(maxWait);
        }
        finally
        {
            LeaveThread(outerContext, outerExecution);
        }
    }

    /// <summary>Makes a call with the loop's context current, so that what it awaits comes back to the loop, even if that does not run yet.</summary>
    internal void CallWithinContext(Action call)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            call();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void EnterThread(out SynchronizationContext? outerContext, out ExecutionContext? outerExecution)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (IsRunning)
        {
            throw new InvalidOperationException("The event loop runs already; its turns do not nest.");
        }

        if (EventLoop.Current is not null)
        {
            throw new InvalidOperationException("Another event loop runs on this thread; a thread has one at a time.");
        }

        outerContext = SynchronizationContext.Current;
        outerExecution = ExecutionContext.Capture();
        if (ExecutionContext.IsFlowSuppressed())
        {
            ExecutionContext.RestoreFlow();
        }

        _baseContext = ExecutionContext.Capture();
        SynchronizationContext.SetSynchronizationContext(_context);
        EventLoop.Current = this;
        _threadId = Environment.CurrentManagedThreadId;
    }

    private void LeaveThread(SynchronizationContext? outerContext, ExecutionContext? outerExecution)
    {
        _isStopping = false;
        _threadId = NotRunning;
        EventLoop.Current = null;
        SynchronizationContext.SetSynchronizationContext(outerContext);
        ExecutionContext.Restore(outerExecution ?? _baseContext!);
        if (outerExecution is null)
        {
            ExecutionContext.SuppressFlow(); // As it was; whoever did it will undo it.
        }

        _baseContext = null;
    }

    private void RunBeforeFirstTurn(Action first)
    {
        _isBeforeFirstTurn = true;
        try
        {
            first();
        }
        finally
        {
            _isBeforeFirstTurn = false;
            RestoreContexts();
        }
    }
}
