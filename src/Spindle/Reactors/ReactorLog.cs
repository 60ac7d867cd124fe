using Microsoft.Extensions.Logging;

namespace Spindle.Reactors;

/// <summary>The records that reactors write; <c>system</c> is the prefix of the descriptor that was at work, "-" for none.</summary>
internal static partial class ReactorLog
{
    [LoggerMessage(20, LogLevel.Error, "[{System}] {What}")]
    public static partial void Failed(ILogger logger, string system, string what, Exception exception);

    [LoggerMessage(21, LogLevel.Information, "[{System}] {Message}")]
    public static partial void Information(ILogger logger, string system, string message);
}
