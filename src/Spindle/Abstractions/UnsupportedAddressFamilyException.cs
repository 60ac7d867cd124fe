using System.Net.Sockets;

namespace Spindle;

/// <summary>A socket of this address family cannot be adopted.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.UnsupportedAddressFamily</c>.</para>
/// </remarks>
public sealed class UnsupportedAddressFamilyException : ArgumentException
{
    /// <summary>Makes one.</summary>
    /// <param name="addressFamily">The family that was given.</param>
    /// <param name="detail">What would be right.</param>
    public UnsupportedAddressFamilyException(AddressFamily addressFamily, string detail)
        : base($"Sockets of the address family {addressFamily} cannot be used here: {detail.TrimEnd('.')}.", nameof(addressFamily)) =>
        AddressFamily = addressFamily;

    /// <summary>The family that was given.</summary>
    public AddressFamily AddressFamily { get; }
}
