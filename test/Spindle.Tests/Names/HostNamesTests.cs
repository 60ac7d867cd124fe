using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Names;

namespace Spindle.Tests.Names;

public sealed class HostNamesTests
{
    [Theory, Clause("FD-65")]
    [InlineData("1.2.3.4", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("0", false)]
    [InlineData("1.2.3", false)]
    [InlineData("127.1", false)]
    [InlineData("1.2.3.4.5", false)]
    [InlineData("1.2.3.256", false)]
    [InlineData("1.2.3.-4", false)]
    [InlineData("010.0.0.1", false)]
    [InlineData("0x7f.0.0.1", false)]
    [InlineData("1.2.3.a", false)]
    [InlineData("1.2.3.4 ", false)]
    [InlineData("1.2.3.", false)]
    [InlineData("", false)]
    [InlineData("::1", false)]
    [InlineData("localhost", false)]
    [InlineData("\u0661.2.3.4", false)]
    public void IsIPAddress_Text_IsFourStrictDecimals(string text, bool isAddress)
    {
        Assert.Equal(isAddress, HostNames.IsIPAddress(text));
        Assert.Equal(isAddress, HostNames.IsIPAddress(text, AddressFamily.InterNetwork));
        Assert.Equal(isAddress, InternetAddresses.TryParse(text, out _) && !text.Contains(':', StringComparison.Ordinal));
    }

    [Fact, Clause("FD-65")]
    public void IsIPAddress_Bytes_AreAscii()
    {
        Assert.True(HostNames.IsIPAddress("1.2.3.4"u8, AddressFamily.InterNetwork));
        Assert.True(HostNames.IsIPAddress("::1"u8, AddressFamily.InterNetworkV6));
        Assert.False(HostNames.IsIPAddress("1.2.3.4\u00ff"u8, AddressFamily.InterNetwork));
        Assert.False(HostNames.IsIPAddress([0xff], AddressFamily.InterNetwork));
    }

    [Fact, Clause("FD-65")]
    public void IsIPAddress_OtherFamily_Throws() =>
        Assert.Throws<ArgumentException>(() => HostNames.IsIPAddress("1.2.3.4", AddressFamily.Unix));

    [Theory, Clause("FD-66")]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("2001:db8::8a2e:370:7334", true)]
    [InlineData("1:2:3:4:5:6:7:8", true)]
    [InlineData("::ffff:1.2.3.4", true)]
    [InlineData("::ffff:1.2.3.04", false)]
    [InlineData("fe80::1%lo", true)]
    [InlineData("fe80::1%no-such-interface", true)]
    [InlineData("::1%", true)]
    [InlineData("%lo", false)]
    [InlineData("zz::1%lo", false)]
    [InlineData("", false)]
    [InlineData("1.2.3.4", false)]
    [InlineData("[::1]", false)]
    [InlineData("[::1]:80", false)]
    [InlineData("::1/64", false)]
    [InlineData(":::", false)]
    [InlineData("1:2:3:4:5:6:7", false)]
    [InlineData("1:2:3:4:5:6:7:8:9", false)]
    [InlineData("12345::", false)]
    [InlineData("::1::2", false)]
    [InlineData("hello", false)]
    public void IsIPv6Address_Text_IsOneButForTheScope(string text, bool isAddress)
    {
        Assert.Equal(isAddress, HostNames.IsIPv6Address(text));
        Assert.Equal(isAddress, HostNames.IsIPAddress(text, AddressFamily.InterNetworkV6));
    }

    [Theory, Clause("EP-11")]
    [InlineData("example.com", "example.com")]
    [InlineData("Under_Score.example", "Under_Score.example")]
    [InlineData("b\u00fccher.example", "xn--bcher-kva.example")]
    [InlineData("B\u00dcCHER.Example", "xn--bcher-kva.example")]
    [InlineData("::1", "::1")]
    public void ToAscii_Name_IsIdnaEncoded(string name, string ascii) => Assert.Equal(ascii, HostNames.ToAscii(name));

    [Theory, Clause("EP-11")]
    [InlineData("\u00fc..example")]
    [InlineData("\u00fcaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void ToAscii_CannotBeEncoded_Throws(string name) => Assert.Throws<ArgumentException>(() => HostNames.ToAscii(name));

    [Fact, Clause("EP-11")]
    public void ToAscii_AccentsOfTheirOwn_AreComposedOrRefused()
    {
        // Without ICU the runtime composes nothing; a name that stood for another host would be worse than none.
        const string Name = "bu\u0308cher.example";
        if (Name.IsNormalized())
        {
            Assert.Contains("composed", Assert.Throws<ArgumentException>(() => HostNames.ToAscii(Name)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("xn--bcher-kva.example", HostNames.ToAscii(Name));
        }
    }
}
