using Microsoft.Extensions.Logging;

namespace Spindle.Policies;

/// <summary>The records that policies write; <c>system</c> is the prefix of the protocol or factory.</summary>
internal static partial class PolicyLog
{
    [LoggerMessage(40, LogLevel.Information, "[{System}] Received: {Data}")]
    public static partial void Received(ILogger logger, string system, string data);

    [LoggerMessage(41, LogLevel.Information, "[{System}] Sending: {Data}")]
    public static partial void Sending(ILogger logger, string system, string data);

    [LoggerMessage(42, LogLevel.Warning, "[{System}] A connection from {Peer} was refused: {Reason}")]
    public static partial void HeaderRefused(ILogger logger, string system, System.Net.EndPoint peer, string reason);
}
