namespace Spindle.Policies;

/// <summary>A connection did not begin with a good header of HAProxy's PROXY protocol; the message says what was wrong.</summary>
/// <param name="message">What was wrong, and what would be right.</param>
/// <remarks>Thread: any.</remarks>
public sealed class InvalidProxyHeaderException(string message) : SpindleException(message);
