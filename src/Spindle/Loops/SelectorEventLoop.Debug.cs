namespace Spindle.Loops;

/// <content>Errors and debug mode.</content>
public sealed partial class SelectorEventLoop
{
    private bool _debug;

    /// <inheritdoc/>
    public bool Debug
    {
        get => _debug;
        set => _debug = value;
    }

    /// <inheritdoc/>
    public TimeSpan SlowCallbackDuration { get; set; }

    /// <inheritdoc/>
    public Action<IEventLoop, LoopError>? ExceptionHandler
    {
        get => _errors.Handler;
        set => _errors.Handler = value;
    }

    /// <inheritdoc/>
    public void CallExceptionHandler(LoopError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _errors.Report(error);
    }

    private T Remember<T>(T handle)
        where T : Handle
    {
        if (_debug)
        {
            handle.CreationStack = Environment.StackTrace;
        }

        return handle;
    }

    private void ReportCallback(in ReadyQueue.Entry entry, Exception exception)
    {
        Handle? handle = entry.Target as Handle;
        string message = handle is null ? "A continuation or an async void method failed" : "A callback failed";
        _errors.Report(new LoopError(message, exception) { Handle = handle, Origin = handle?.CreationStack });
    }

    private void RunTimed(in ReadyQueue.Entry entry)
    {
        string name = entry.Target is Handle handle ? handle.Name : LoopErrors.NameOf(entry.State as Delegate ?? (SendOrPostCallback)entry.Target);
        bool isCancelled = entry.Target is Handle { IsCancelled: true };
        long start = Kernel.Clock.MonotonicTicks;
        Run(entry);
        TimeSpan took = new(Kernel.Clock.MonotonicTicks - start);
        if (!isCancelled && took >= SlowCallbackDuration)
        {
            LoopLog.SlowCallback(Logger, took.TotalMilliseconds, name);
        }
    }
}
