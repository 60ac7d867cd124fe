namespace Spindle;

/// <summary>Who is at the other end of a UNIX socket, as the kernel vouches for it.</summary>
/// <param name="ProcessId">The process that connected, or that listened; it may have ended since. Zero if it is not visible from here.</param>
/// <param name="UserId">Its effective user then.</param>
/// <param name="GroupId">Its effective group then.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public readonly record struct UnixCredentials(int ProcessId, uint UserId, uint GroupId);
