namespace Spindle;

/// <summary>More descriptors were given to a connection than bytes: each needs one to travel with.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.FileDescriptorOverrun</c>.</para>
/// </remarks>
public sealed class FileDescriptorOverrunException : ConnectionLostException
{
    /// <summary>Makes one.</summary>
    /// <param name="descriptors">How many descriptors waited.</param>
    /// <param name="bytes">How many bytes waited.</param>
    public FileDescriptorOverrunException(int descriptors, int bytes)
        : base(
            "Too many descriptors wait to be sent",
            $"{descriptors}, with {bytes} bytes; write at least one byte for each in the turn in which it is given",
            errno: 0)
    {
    }
}
