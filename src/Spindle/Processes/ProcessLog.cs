using Microsoft.Extensions.Logging;

namespace Spindle.Processes;

/// <summary>The records about supervised processes; <c>system</c> is the process's name there.</summary>
internal static partial class ProcessLog
{
    [LoggerMessage(30, LogLevel.Information, "[{System}] {Line}")]
    public static partial void Line(ILogger logger, string system, string line);

    [LoggerMessage(31, LogLevel.Information, "[{System}] {Reason}")]
    public static partial void Ended(ILogger logger, string system, string reason);

    [LoggerMessage(32, LogLevel.Error, "[{System}] The process cannot be started")]
    public static partial void CannotStart(ILogger logger, string system, Exception exception);

    [LoggerMessage(33, LogLevel.Warning, "[{System}] Standard error: {Text}")]
    public static partial void StandardError(ILogger logger, string system, string text);
}
