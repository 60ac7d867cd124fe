using Microsoft.Extensions.Logging;

namespace Spindle.Loops;

/// <summary>The records that event loops and pools write. What a logger throws does not get out: there is nobody left to tell, and the work goes on.</summary>
internal static partial class LoopLog
{
    public static void Error(ILogger logger, string description, Exception? exception) => Guarded(() => WriteError(logger, description, exception));

    public static void HandlerFailed(ILogger logger, string description, Exception exception) => Guarded(() => WriteHandlerFailed(logger, description, exception));

    public static void SlowCallback(ILogger logger, double milliseconds, string callback) => Guarded(() => WriteSlowCallback(logger, milliseconds, callback));

    public static void NotClosed(ILogger logger) => Guarded(() => WriteNotClosed(logger));

    public static void PostDropped(ILogger logger, string callback) => Guarded(() => WritePostDropped(logger, callback));

    private static void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // See above.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Description}", EventName = nameof(Error))]
    private static partial void WriteError(ILogger logger, string description, Exception? exception);

    [LoggerMessage(2, LogLevel.Error, "The loop's exception handler failed while it was told of: {Description}", EventName = nameof(HandlerFailed))]
    private static partial void WriteHandlerFailed(ILogger logger, string description, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "A callback took {Milliseconds} ms: {Callback}", EventName = nameof(SlowCallback))]
    private static partial void WriteSlowCallback(ILogger logger, double milliseconds, string callback);

    [LoggerMessage(4, LogLevel.Warning, "An event loop was collected without being closed", EventName = nameof(NotClosed))]
    private static partial void WriteNotClosed(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "A continuation was dropped because the event loop that it belongs to is closed: {Callback}", EventName = nameof(PostDropped))]
    private static partial void WritePostDropped(ILogger logger, string callback);
}
