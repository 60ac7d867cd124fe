using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Spindle.Tests.Policies;

/// <summary>Headers of the PROXY protocol, made by hand.</summary>
internal static class ProxyHeaders
{
    public static byte[] Line(string words) => Encoding.ASCII.GetBytes($"PROXY {words}\r\n");

    /// <summary>Version 2.</summary>
    /// <param name="versionAndCommand">0x20 LOCAL, 0x21 PROXY.</param>
    /// <param name="kind">Family in the high half, transport in the low one.</param>
    /// <param name="rest">What follows the first 16 bytes.</param>
    public static byte[] Binary(byte versionAndCommand, byte kind, params byte[] rest)
    {
        byte[] header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, versionAndCommand, kind, 0, 0, .. rest];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), checked((ushort)rest.Length));
        return header;
    }

    public static byte[] Addresses(IPEndPoint source, IPEndPoint destination)
    {
        byte[] addresses = [.. source.Address.GetAddressBytes(), .. destination.Address.GetAddressBytes(), 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(addresses.AsSpan(^4), (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(addresses.AsSpan(^2), (ushort)destination.Port);
        return addresses;
    }

    public static byte[] Paths(string source, string destination)
    {
        byte[] paths = new byte[216];
        Encoding.UTF8.GetBytes(source, paths);
        Encoding.UTF8.GetBytes(destination, paths.AsSpan(108));
        return paths;
    }
}
