namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.ConnectUnix"/>: its arguments, and the connector that it was given.</summary>
/// <param name="Path">The path or abstract name.</param>
/// <param name="Factory">The factory.</param>
/// <param name="Timeout">The timeout as it was given; null for the default.</param>
/// <param name="CheckPid">Whether the lock was to be looked at.</param>
/// <param name="Connector">What the call returned.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemoryUnixClient(UnixAddress Path, IClientFactory Factory, TimeSpan? Timeout, bool CheckPid, MemoryConnector Connector);
