using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Spindle.Kernel;

/// <summary>Between <see cref="IPEndPoint"/> and <c>sockaddr_in</c>, <c>sockaddr_in6</c>.</summary>
internal static class InternetAddresses
{
    private const int SizeV4 = 16;
    private const int SizeV6 = 28;

    /// <summary>The address family's number.</summary>
    public static int Family(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? SocketConstants.AF_INET6 : SocketConstants.AF_INET;

    /// <summary>Lays an address out for the kernel.</summary>
    /// <returns>The part of <paramref name="raw"/> that was used.</returns>
    public static ReadOnlySpan<byte> Write(IPEndPoint address, Span<byte> raw)
    {
        raw = raw[..(address.AddressFamily == AddressFamily.InterNetwork ? SizeV4 : SizeV6)];
        raw.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(raw, (ushort)Family(address.Address));
        BinaryPrimitives.WriteUInt16BigEndian(raw[2..], (ushort)address.Port);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.Address.TryWriteBytes(raw[4..], out _);
            return raw;
        }

        address.Address.TryWriteBytes(raw[8..], out _);
        BinaryPrimitives.WriteUInt32LittleEndian(raw[24..], (uint)address.Address.ScopeId);
        return raw;
    }

    /// <summary>Reads an address that the kernel laid out; "any" if it gave none.</summary>
    public static IPEndPoint Read(ReadOnlySpan<byte> raw)
    {
        if (raw.Length < SizeV4)
        {
            return new IPEndPoint(IPAddress.Any, 0);
        }

        int port = BinaryPrimitives.ReadUInt16BigEndian(raw[2..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(raw) != SocketConstants.AF_INET6)
        {
            return new IPEndPoint(new IPAddress(raw.Slice(4, 4)), port);
        }

        long scope = BinaryPrimitives.ReadUInt32LittleEndian(raw[24..]);
        return new IPEndPoint(new IPAddress(raw.Slice(8, 16), scope), port);
    }

    /// <summary>Reads a literal: four decimal parts, or IPv6 with an optional %scope that exists here. Names and short forms are refused.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        address = IPAddress.None;
        int percent = text.IndexOf('%', StringComparison.Ordinal);
        if (!IsIPv4(text) && !IsIPv6(percent < 0 ? text : text[..percent]))
        {
            return false;
        }

        // The BCL takes a scope that does not exist for none.
        bool isAddress = IPAddress.TryParse(text, out IPAddress? parsed)
            && (percent < 0 || parsed.ScopeId != 0 || text[(percent + 1)..] == "0");
        address = isAddress ? parsed! : address;
        return isAddress;
    }

    /// <summary>An address for people: the BCL puts the family before a name.</summary>
    public static string Describe(EndPoint address) =>
        address is DnsEndPoint { Host: var host, Port: var port } ? string.Create(CultureInfo.InvariantCulture, $"{host}:{port}") : address.ToString() ?? "";

    /// <summary>Four decimal numbers. "127.1", "010.0.0.1" and "0x7f000001" are addresses to inet_aton(3), but not what anyone means.</summary>
    public static bool IsIPv4(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 4 && parts.All(part =>
            byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (part.Length == 1 || part[0] != '0'));
    }

    /// <summary>An IPv6 address without a scope. The BCL takes brackets and prefix lengths too; they are no part of an address.</summary>
    public static bool IsIPv6(string text) =>
        text.Contains(':', StringComparison.Ordinal)
        && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        && (!text.Contains('.', StringComparison.Ordinal) || IsIPv4(text[(text.LastIndexOf(':') + 1)..]))
        && IPAddress.TryParse(text, out IPAddress? parsed)
        && parsed.AddressFamily == AddressFamily.InterNetworkV6;
}
