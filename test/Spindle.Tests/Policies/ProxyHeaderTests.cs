using System.Net;
using System.Text;
using Spindle.Policies;

namespace Spindle.Tests.Policies;

public sealed class ProxyHeaderTests
{
    private const int MaxLength = 4_096;

    public static TheoryData<string, string?, string?> GoodLines => new()
    {
        { "TCP4 192.0.2.1 198.51.100.2 1025 443", "192.0.2.1:1025", "198.51.100.2:443" },
        { "TCP4 255.255.255.255 0.0.0.0 65535 0", "255.255.255.255:65535", "0.0.0.0:0" },
        { "TCP6 2001:db8::1 ::1 1 65535", "[2001:db8::1]:1", "[::1]:65535" },
        { "TCP6 ::ffff:192.0.2.1 2001:DB8:0:0:0:0:0:2 1 2", "[::ffff:192.0.2.1]:1", "[2001:db8::2]:2" },
        { "TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
        { "UNKNOWN", null, null },
        { "UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535", null, null }, // 107 bytes.
        { "UNKNOWN whatever  it is", null, null },
    };

    public static TheoryData<string, string> BadLines => new()
    {
        { "PROXY TCP4 192.0.2.1 198.51.100.2 1025\r\n", "two addresses and two ports" },
        { "PROXY TCP4 192.0.2.1 198.51.100.2 1025 443 1\r\n", "two addresses and two ports" },
        { "PROXY TCP4  192.0.2.1 198.51.100.2 1025 443\r\n", "two addresses and two ports" },
        { "PROXY TCP4 192.0.2.1 198.51.100.2 1025 443 \r\n", "two addresses and two ports" },
        { "PROXY TCP4\r\n", "two addresses and two ports" },
        { "PROXY TCP5 192.0.2.1 198.51.100.2 1025 443\r\n", "TCP4, TCP6 or UNKNOWN" },
        { "PROXY tcp4 192.0.2.1 198.51.100.2 1025 443\r\n", "TCP4, TCP6 or UNKNOWN" },
        { "PROXY \r\n", "TCP4, TCP6 or UNKNOWN" },
        { "PROXY UNKNOWN\n", "CR and LF" },
        { "PROXY UNKNOWN\r\r\n", "CR and LF" },
        { "PROXY UNKNOWN\rX", "CR and LF" },
        { "PROXY TCP4 ::1 198.51.100.2 1025 443\r\n", "\"::1\" is no IPv4 address" },
        { "PROXY TCP6 192.0.2.1 ::1 1025 443\r\n", "\"192.0.2.1\" is no IPv6 address" },
        { "PROXY TCP4 192.0.2 198.51.100.2 1025 443\r\n", "\"192.0.2\" is no IPv4 address" },
        { "PROXY TCP4 192.0.2.256 198.51.100.2 1025 443\r\n", "\"192.0.2.256\" is no IPv4 address" },
        { "PROXY TCP4 192.0.2.01 198.51.100.2 1025 443\r\n", "\"192.0.2.01\" is no IPv4 address" },
        { "PROXY TCP4 0x7f.0.0.1 198.51.100.2 1025 443\r\n", "\"0x7f.0.0.1\" is no IPv4 address" },
        { "PROXY TCP6 [::1] ::1 1025 443\r\n", "\"[::1]\" is no IPv6 address" },
        { "PROXY TCP6 fe80::1%2 ::1 1025 443\r\n", "\"fe80::1%2\" is no IPv6 address" },
        { "PROXY TCP6 :::: ::1 1025 443\r\n", "\"::::\" is no IPv6 address" },
        { "PROXY TCP4 192.0.2.1 198.51.100.2 65536 443\r\n", "\"65536\" is no port" },
        { "PROXY TCP4 192.0.2.1 198.51.100.2 1025 +443\r\n", "\"+443\" is no port" },
        { "PROXY TCP4 192.0.2.1 198.51.100.2 01 443\r\n", "\"01\" is no port" },
        { "PROXY TCP4 192.0.2.1 198.51.100.2 1025 99999999999\r\n", "\"99999999999\" is no port" },
        { "GET / HTTP/1.1\r\n", "begins with \"GET / HTTP/1.1\\r\\n\"" },
        { "PROXYTCP4", "must begin with a PROXY header" },
        { "proxy ", "must begin with a PROXY header" },
        { "\r\n\r\nX", "must begin with a PROXY header" },
        { "X", "begins with \"X\"" },
    };

    [Theory, MemberData(nameof(GoodLines))]
    public void TryRead_GoodLine_HasItsAddresses(string words, string? source, string? destination)
    {
        byte[] line = ProxyHeaders.Line(words);

        Assert.True(ProxyHeader.TryRead([.. line, .. "more\r\n"u8], MaxLength, out ProxyHeader header, out int length));

        Assert.Equal(line.Length, length);
        Assert.Equal(source, header.Source?.ToString());
        Assert.Equal(destination, header.Destination?.ToString());
        AssertNeedsAllOf(line);
    }

    [Theory, MemberData(nameof(BadLines))]
    public void TryRead_BadLine_SaysWhatIsWrong(string text, string what)
    {
        InvalidProxyHeaderException refusal = Assert.Throws<InvalidProxyHeaderException>(
            () => ProxyHeader.TryRead(Encoding.ASCII.GetBytes(text), MaxLength, out _, out _));

        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_LineWithoutEnd_IsRefusedAt107Bytes()
    {
        byte[] line = Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200));

        Assert.False(ProxyHeader.TryRead(line.AsSpan(0, 106), MaxLength, out _, out _));
        Assert.Contains("107", Refusal(line[..107]), StringComparison.Ordinal);
        Assert.Contains("107", Refusal([.. line[..106], .. "\r\n"u8]), StringComparison.Ordinal);
        Assert.True(ProxyHeader.TryRead([.. line[..105], .. "\r\n"u8], MaxLength, out _, out int length));
        Assert.Equal(107, length);
    }

    [Fact]
    public void TryRead_BinaryInternet_HasItsAddresses()
    {
        IPEndPoint source = new(IPAddress.Parse("192.0.2.1"), 1025);
        IPEndPoint destination = new(IPAddress.Parse("198.51.100.2"), 65535);
        AssertReads(ProxyHeaders.Binary(0x21, 0x11, ProxyHeaders.Addresses(source, destination)), source, destination);
        AssertReads(ProxyHeaders.Binary(0x21, 0x12, ProxyHeaders.Addresses(source, destination)), source, destination);

        IPEndPoint source6 = new(IPAddress.Parse("2001:db8::1"), 1);
        IPEndPoint destination6 = new(IPAddress.Parse("::1"), 0);
        AssertReads(ProxyHeaders.Binary(0x21, 0x21, ProxyHeaders.Addresses(source6, destination6)), source6, destination6);
    }

    [Fact]
    public void TryRead_BinaryUnix_HasItsAddresses()
    {
        AssertReads(
            ProxyHeaders.Binary(0x21, 0x31, ProxyHeaders.Paths("", "/run/proxy.sock")),
            UnixAddress.Unnamed,
            new UnixAddress("/run/proxy.sock"));
        AssertReads(
            ProxyHeaders.Binary(0x21, 0x32, ProxyHeaders.Paths("\0abstract", new string('p', 108))),
            new UnixAddress("\0abstract"),
            new UnixAddress(new string('p', 108)));
    }

    [Fact]
    public void TryRead_BinaryWithFurtherValues_SkipsThem()
    {
        IPEndPoint end = new(IPAddress.Parse("192.0.2.1"), 1);
        byte[] values = [0x01, 0, 2, (byte)'h', (byte)'2', 0x04, 0, 1, 0]; // ALPN "h2", and padding.

        AssertReads(ProxyHeaders.Binary(0x21, 0x11, [.. ProxyHeaders.Addresses(end, end), .. values]), end, end);
        AssertReads(ProxyHeaders.Binary(0x21, 0x11, [.. ProxyHeaders.Addresses(end, end), .. new byte[MaxLength - 12]]), end, end);
    }

    [Fact]
    public void TryRead_BinaryWithoutAddresses_LeavesTheConnectionsOwn()
    {
        byte[] addresses = ProxyHeaders.Addresses(new IPEndPoint(1, 1), new IPEndPoint(2, 2));
        AssertReads(ProxyHeaders.Binary(0x20, 0x00), null, null);
        AssertReads(ProxyHeaders.Binary(0x20, 0x11, addresses), null, null); // LOCAL: whatever follows.
        AssertReads(ProxyHeaders.Binary(0x20, 0xFF, addresses), null, null);
        AssertReads(ProxyHeaders.Binary(0x21, 0x00, addresses), null, null);
        AssertReads(ProxyHeaders.Binary(0x21, 0x00), null, null);
        AssertReads(ProxyHeaders.Binary(0x21, 0x10, addresses), null, null);
    }

    [Fact]
    public void TryRead_BadBinary_SaysWhatIsWrong()
    {
        Assert.Contains("version 1", Refusal(ProxyHeaders.Binary(0x11, 0x11, new byte[12])), StringComparison.Ordinal);
        Assert.Contains("command 2", Refusal(ProxyHeaders.Binary(0x22, 0x11, new byte[12])), StringComparison.Ordinal);
        Assert.Contains("kind 0x41", Refusal(ProxyHeaders.Binary(0x21, 0x41, new byte[12])), StringComparison.Ordinal);
        Assert.Contains("kind 0x13", Refusal(ProxyHeaders.Binary(0x21, 0x13, new byte[12])), StringComparison.Ordinal);
        Assert.Contains("need 12", Refusal(ProxyHeaders.Binary(0x21, 0x11, new byte[11])), StringComparison.Ordinal);
        Assert.Contains("need 36", Refusal(ProxyHeaders.Binary(0x21, 0x21, new byte[35])), StringComparison.Ordinal);
        Assert.Contains("need 216", Refusal(ProxyHeaders.Binary(0x21, 0x31, new byte[215])), StringComparison.Ordinal);

        // Said before the body has come.
        string tooLong = Refusal(ProxyHeaders.Binary(0x21, 0x11, new byte[MaxLength + 1])[..16]);
        Assert.Contains("announces 4097 bytes; 4096 are allowed", tooLong, StringComparison.Ordinal);
    }

    private static string Refusal(byte[] data) =>
        Assert.Throws<InvalidProxyHeaderException>(() => ProxyHeader.TryRead(data, MaxLength, out _, out _)).Message;

    private static void AssertReads(byte[] data, EndPoint? source, EndPoint? destination)
    {
        Assert.True(ProxyHeader.TryRead([.. data, 1, 2, 3], MaxLength, out ProxyHeader header, out int length));
        Assert.Equal(data.Length, length);
        Assert.Equal(source, header.Source);
        Assert.Equal(destination, header.Destination);
        AssertNeedsAllOf(data);
    }

    private static void AssertNeedsAllOf(byte[] data)
    {
        for (int count = 0; count < data.Length; count++)
        {
            Assert.False(ProxyHeader.TryRead(data.AsSpan(0, count), MaxLength, out _, out _));
        }
    }
}
