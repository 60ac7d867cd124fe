namespace Spindle;

/// <summary>Permissions of sockets' files.</summary>
/// <remarks>Thread: any.</remarks>
public static class UnixModes
{
    /// <summary>Everybody may connect: 0666.</summary>
    public const UnixFileMode Everybody =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
}
