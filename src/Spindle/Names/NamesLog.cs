using Microsoft.Extensions.Logging;

namespace Spindle.Names;

/// <summary>The records of this room.</summary>
internal static partial class NamesLog
{
    [LoggerMessage(30, LogLevel.Error, "Looking up {Name} failed")]
    public static partial void ResolverFailed(ILogger logger, string name, Exception exception);

    [LoggerMessage(31, LogLevel.Error, "The receiver of the addresses of {Name} failed")]
    public static partial void ReceiverFailed(ILogger logger, string name, Exception exception);

    [LoggerMessage(32, LogLevel.Error, "What was to end with the look-up of {Name} failed")]
    public static partial void StopFailed(ILogger logger, string name, Exception exception);
}
