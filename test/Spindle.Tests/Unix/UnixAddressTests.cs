using Spindle.Tests.Support;

namespace Spindle.Tests.Unix;

/// <summary>Names of UNIX sockets.</summary>
public sealed class UnixAddressTests
{
    [Fact, Clause("UNIX-14")]
    public void Equals_TwoNamesOfOneFile_AreEqualWithOneHashCode()
    {
        using ScratchFolder folder = new();
        File.WriteAllText(folder.File("a"), "");
        File.CreateSymbolicLink(folder.File("b"), folder.File("a"));
        File.WriteAllText(folder.File("c"), "");
        UnixAddress a = folder.File("a");
        UnixAddress b = folder.File("b");

        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.NotEqual(a, new UnixAddress(folder.File("c")));
        File.Delete(folder.File("b"));
        Assert.NotEqual(a, b);
    }

    [Fact, Clause("UNIX-14")]
    public void Equals_NoFile_GoesByTheName()
    {
        UnixAddress nothing = "/no/such/file";

        Assert.Equal(new UnixAddress("/no/such/file"u8), nothing);
        Assert.Equal(new UnixAddress("/no/such/file"u8).GetHashCode(), nothing.GetHashCode());
        Assert.NotEqual(new UnixAddress("/no/such/file/either"), nothing);
        Assert.NotEqual(new UnixAddress("\0/no/such/file"), nothing);
    }

    [Fact, Clause("UNIX-14")]
    public void Equals_Unnamed_OnlyUnnamed()
    {
        Assert.Equal(UnixAddress.Unnamed, new UnixAddress(""));
        Assert.Equal(UnixAddress.Unnamed.GetHashCode(), new UnixAddress("").GetHashCode());
        Assert.NotEqual(UnixAddress.Unnamed, new UnixAddress("."));
        Assert.False(UnixAddress.Unnamed.Equals(null));
    }

    [Fact, Clause("UNIX-14")]
    public void ToString_Any_IsForPeople() =>
        Assert.Equal(["unnamed", "@name", "/run/name"], new UnixAddress[] { "", "\0name", "/run/name" }.Select(address => address.ToString()));
}
