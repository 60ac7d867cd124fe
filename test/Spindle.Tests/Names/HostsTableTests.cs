using Spindle.Names;

namespace Spindle.Tests.Names;

public sealed class HostsTableTests
{
    [Fact]
    public void Find_Names_AreThoseOfTheLines()
    {
        HostsTable table = Read(
            """
            127.0.0.1	localhost
            ::1 localhost  ip6-localhost # both
            # 10.9.9.9 commented
            10.0.0.1 printer.example printer # the one upstairs
              10.0.0.2    scanner
            """);

        Assert.Equal(["127.0.0.1", "::1"], Find(table, "localhost"));
        Assert.Equal(["::1"], Find(table, "ip6-localhost"));
        Assert.Equal(["10.0.0.1"], Find(table, "printer"));
        Assert.Equal(["10.0.0.1"], Find(table, "PRINTER.Example."));
        Assert.Equal(["10.0.0.2"], Find(table, "scanner"));
        Assert.Empty(Find(table, "commented"));
        Assert.Empty(Find(table, "upstairs"));
        Assert.Empty(Find(table, ""));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.1#x")]
    [InlineData("x 10.0.0.1")]
    [InlineData("10.0.0.256 x")]
    [InlineData("127.1 x")]
    [InlineData("::1::2 x")]
    [InlineData("#10.0.0.1 x")]
    [InlineData("10.0.0.1, x")]
    public void Read_NoEntry_IsPassedOver(string line) =>
        Assert.Equal(["10.0.0.9"], Find(Read($"{line}\n\r\n10.0.0.9 x\r\n"), "x"));

    [Fact]
    public void Read_NameOnSeveralLines_HasEachAddressOnceInTheirOrder() =>
        Assert.Equal(["10.0.0.2", "10.0.0.1", "fe80::1"], Find(Read("10.0.0.2 x\n10.0.0.1 x x\n10.0.0.2 x\nfe80::1 y x"), "x"));

    [Fact]
    public void Read_NameOutsideOfAscii_IsFoundAsItIsAskedFor()
    {
        HostsTable table = Read("10.0.0.1 bücher.example\n10.0.0.2 xn--bcher-kva.example\n10.0.0.3 a\u0000\ud800b");
        Assert.Equal(["10.0.0.1", "10.0.0.2"], Find(table, "xn--bcher-kva.example"));
    }

    private static HostsTable Read(string text) => HostsTable.Read(new StringReader(text));

    private static IEnumerable<string> Find(HostsTable table, string name) => table.Find(name).Select(address => address.ToString());
}
