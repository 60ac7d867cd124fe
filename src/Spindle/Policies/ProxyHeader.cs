using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Spindle.Policies;

/// <summary>What a header of the PROXY protocol says; null where the connection's own address counts.</summary>
/// <remarks>The format is HAProxy's <c>proxy-protocol.txt</c>, sections 2.1 (version 1, text) and 2.2 (version 2, binary).</remarks>
internal readonly record struct ProxyHeader(EndPoint? Source, EndPoint? Destination)
{
    /// <summary>The longest header of version 1, its end of line included.</summary>
    public const int MaxLengthOfVersion1 = 107;

    private const int FixedLengthOfVersion2 = 16;
    private const int UnixPathLength = 108;

    private static ReadOnlySpan<byte> Signature1 => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature2 => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header from the first bytes of a connection.</summary>
    /// <param name="data">All that came so far.</param>
    /// <param name="maxLength">How long the variable part of version 2 may be.</param>
    /// <param name="header">What it says.</param>
    /// <param name="length">How many bytes it is long.</param>
    /// <returns>False if more is needed.</returns>
    /// <exception cref="InvalidProxyHeaderException">It is wrong; said as soon as it is certain.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, int maxLength, out ProxyHeader header, out int length)
    {
        if (BeginsWith(data, Signature1))
        {
            return TryReadVersion1(data, out header, out length);
        }

        if (BeginsWith(data, Signature2))
        {
            return TryReadVersion2(data, maxLength, out header, out length);
        }

        throw new InvalidProxyHeaderException(
            $"The connection begins with {TrafficText.Quote(data, 16)}; it must begin with a PROXY header of version 1 or 2.");
    }

    // Also if it is not all there yet.
    private static bool BeginsWith(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        int count = Math.Min(data.Length, signature.Length);
        return data[..count].SequenceEqual(signature[..count]);
    }

    private static bool TryReadVersion1(ReadOnlySpan<byte> data, out ProxyHeader header, out int length)
    {
        header = default;
        length = 0;
        int end = data.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 ? data.Length >= MaxLengthOfVersion1 : end > MaxLengthOfVersion1 - 2)
        {
            throw new InvalidProxyHeaderException($"The PROXY line is too long: it must end within {MaxLengthOfVersion1} bytes.");
        }

        if (end < 0 || (data[end] == '\r' && end + 1 == data.Length))
        {
            return false;
        }

        if (data[end] == '\n' || data[end + 1] != '\n')
        {
            throw new InvalidProxyHeaderException("The PROXY line ends wrongly: it must end with CR and LF, and hold neither alone.");
        }

        length = end + 2;
        header = ParseLine(Encoding.ASCII.GetString(data[Signature1.Length..end]));
        return true;
    }

    private static ProxyHeader ParseLine(string line)
    {
        string[] words = line.Split(' ');
        switch (words[0])
        {
            case "UNKNOWN":
                return default; // What follows is to be ignored.
            case "TCP4" or "TCP6" when words.Length == 5:
                bool isIPv4 = words[0] == "TCP4";
                return new ProxyHeader(
                    new IPEndPoint(ParseAddress(words[1], isIPv4, line), ParsePort(words[3], line)),
                    new IPEndPoint(ParseAddress(words[2], isIPv4, line), ParsePort(words[4], line)));
            case "TCP4" or "TCP6":
                throw Wrong(line, "after the protocol there must be two addresses and two ports, with one space before each");
            default:
                throw Wrong(line, "the protocol must be TCP4, TCP6 or UNKNOWN");
        }
    }

    // The runtime's parser takes more than the format allows: "127.1", "0x7f.0.0.1", "[::1]", "fe80::1%2".
    private static IPAddress ParseAddress(string text, bool isIPv4, string line)
    {
        bool isPlain = isIPv4
            ? IsDotted(text)
            : text.Contains(':', StringComparison.Ordinal) && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        return isPlain && IPAddress.TryParse(text, out IPAddress? address)
            ? address
            : throw Wrong(line, $"\"{text}\" is no IPv{(isIPv4 ? 4 : 6)} address");
    }

    private static bool IsDotted(string text)
    {
        string[] numbers = text.Split('.');
        return numbers.Length == 4 && numbers.All(number => number.Length <= 3 && IsPlainNumber(number));
    }

    private static int ParsePort(string text, string line) =>
        text.Length <= 5 && IsPlainNumber(text) && int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is <= IPEndPoint.MaxPort and int port
            ? port
            : throw Wrong(line, $"\"{text}\" is no port from 0 to 65535");

    private static bool IsPlainNumber(string text) =>
        text.Length > 0 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');

    private static InvalidProxyHeaderException Wrong(string line, string what) => new($"The header \"PROXY {line}\" is wrong: {what}.");

    private static bool TryReadVersion2(ReadOnlySpan<byte> data, int maxLength, out ProxyHeader header, out int length)
    {
        header = default;
        length = 0;
        if (data.Length <= Signature2.Length)
        {
            return false;
        }

        int version = data[12] >> 4;
        int command = data[12] & 0xF;
        if (version != 2 || command > 1)
        {
            throw new InvalidProxyHeaderException(version != 2
                ? $"The binary PROXY header has version {version}; only 2 is known."
                : $"The PROXY header has command {command}; it must be 0 (LOCAL) or 1 (PROXY).");
        }

        if (data.Length < FixedLengthOfVersion2)
        {
            return false;
        }

        int rest = BinaryPrimitives.ReadUInt16BigEndian(data[14..]);
        if (rest > maxLength)
        {
            throw new InvalidProxyHeaderException($"The PROXY header announces {rest} bytes; {maxLength} are allowed.");
        }

        int needed = command == 1 ? LengthOfAddresses(data[13]) : 0;
        if (rest < needed)
        {
            throw new InvalidProxyHeaderException($"The PROXY header announces {rest} bytes; its addresses (0x{data[13]:X2}) need {needed}.");
        }

        if (data.Length < FixedLengthOfVersion2 + rest)
        {
            return false;
        }

        length = FixedLengthOfVersion2 + rest;
        header = needed == 0 ? default : ReadAddresses(data.Slice(FixedLengthOfVersion2, needed), data[13] >> 4);
        return true;
    }

    /// <summary>How many bytes the addresses of a family (high half) and a transport (low half) take.</summary>
    private static int LengthOfAddresses(byte kind)
    {
        int family = kind >> 4;
        int transport = kind & 0xF;
        if (family > 3 || transport > 2)
        {
            throw new InvalidProxyHeaderException($"The PROXY header has addresses of kind 0x{kind:X2}; known are families 0 to 3 and transports 0 to 2.");
        }

        return transport == 0 ? 0 : family switch
        {
            1 => 12,
            2 => 36,
            3 => 2 * UnixPathLength,
            _ => 0,
        };
    }

    private static ProxyHeader ReadAddresses(ReadOnlySpan<byte> data, int family)
    {
        if (family == 3)
        {
            return new ProxyHeader(ReadUnix(data[..UnixPathLength]), ReadUnix(data[UnixPathLength..]));
        }

        int size = family == 1 ? 4 : 16;
        ReadOnlySpan<byte> ports = data[(2 * size)..];
        return new ProxyHeader(
            new IPEndPoint(new IPAddress(data[..size]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(new IPAddress(data.Slice(size, size)), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }

    // Padded with zeros; an abstract name begins with one.
    private static UnixAddress ReadUnix(ReadOnlySpan<byte> field)
    {
        int zero = field.IsEmpty || field[0] == 0 ? -1 : field.IndexOf((byte)0);
        return new UnixAddress(zero < 0 ? field.TrimEnd((byte)0) : field[..zero]);
    }
}
