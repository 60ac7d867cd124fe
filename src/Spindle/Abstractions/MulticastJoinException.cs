namespace Spindle;

/// <summary>A multicast group cannot be joined or left.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.MulticastJoinError</c>.</para>
/// </remarks>
public sealed class MulticastJoinException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="group">The group.</param>
    /// <param name="networkInterface">The interface, or "" for any.</param>
    /// <param name="detail">Why.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public MulticastJoinException(string group, string networkInterface, string detail, int errno = 0)
        : base($"Couldn't change the membership of {group} on {(networkInterface.Length == 0 ? "any" : networkInterface)}: {detail.TrimEnd('.')}.", errno)
    {
        Group = group;
        NetworkInterface = networkInterface;
    }

    /// <summary>The group.</summary>
    public string Group { get; }

    /// <summary>The interface, or "" for any.</summary>
    public string NetworkInterface { get; }
}
