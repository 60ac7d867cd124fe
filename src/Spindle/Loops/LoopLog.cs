using Microsoft.Extensions.Logging;

namespace Spindle.Loops;

/// <summary>The records that event loops write.</summary>
internal static partial class LoopLog
{
    [LoggerMessage(1, LogLevel.Error, "{Description}")]
    public static partial void Error(ILogger logger, string description, Exception? exception);

    [LoggerMessage(2, LogLevel.Error, "The loop's exception handler failed while it was told of: {Description}")]
    public static partial void HandlerFailed(ILogger logger, string description, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "A callback took {Milliseconds} ms: {Callback}")]
    public static partial void SlowCallback(ILogger logger, double milliseconds, string callback);

    [LoggerMessage(4, LogLevel.Warning, "An event loop was collected without being closed")]
    public static partial void NotClosed(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "A continuation was dropped because the event loop that it belongs to is closed: {Callback}")]
    public static partial void PostDropped(ILogger logger, string callback);
}
