using System.Net.Sockets;
using Spindle.Names;
using Spindle.Tests.Support;

namespace Spindle.Tests.Names;

public sealed class HostsFileResolverTests : ResolverTest
{
    private readonly ScratchFolder _folder = new();
    private readonly string _path;

    public HostsFileResolverTests()
    {
        AtEnd(_folder.Dispose);
        _path = _folder.File("hosts");
        File.WriteAllText(_path, "10.0.0.1 printer\nfd00::1 printer\n10.0.0.2 scanner\n");
    }

    [Theory]
    [InlineData(AddressFamily.Unspecified, "10.0.0.1:80", "[fd00::1]:80")]
    [InlineData(AddressFamily.InterNetwork, "10.0.0.1:80")]
    [InlineData(AddressFamily.InterNetworkV6, "[fd00::1]:80")]
    public void ResolveHostName_InTheFile_HasTheAddressesThatAreWanted(AddressFamily family, params string[] addresses) =>
        Assert.Equal(addresses, Resolve(new HostsFileResolver(Loop, _path), "Printer", family).Addresses);

    [Fact]
    public void ResolveHostName_NotInTheFile_SaysSo()
    {
        HostsFileResolver resolver = new(Loop, _path);
        Assert.Contains($"nobody is not in {_path}", FailureOf(Resolve(resolver, "nobody")), StringComparison.Ordinal);
        Assert.Contains("InterNetworkV6", FailureOf(Resolve(resolver, "scanner", AddressFamily.InterNetworkV6)), StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveHostName_FileChanges_HasWhatIsThereNow()
    {
        HostsFileResolver resolver = new(Loop, _path);
        Assert.Equal(["10.0.0.2:80"], Resolve(resolver, "scanner").Addresses);

        File.WriteAllText(_path, "10.0.0.33 scanner\n");
        Assert.Equal(["10.0.0.33:80"], Resolve(resolver, "scanner").Addresses);

        File.Delete(_path);
        Assert.Contains("cannot be read", FailureOf(Resolve(resolver, "scanner")), StringComparison.Ordinal);

        File.WriteAllText(_path, "10.0.0.44 scanner\n");
        Assert.Equal(["10.0.0.44:80"], Resolve(resolver, "scanner").Addresses);
    }

    [Fact]
    public void ResolveHostName_SameSizeAndLaterTime_IsReadAgain()
    {
        HostsFileResolver resolver = new(Loop, _path);
        Resolve(resolver, "scanner");
        DateTime before = File.GetLastWriteTimeUtc(_path);
        File.WriteAllText(_path, File.ReadAllText(_path).Replace("10.0.0.2", "10.0.0.3", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(_path, before.AddTicks(1));

        Assert.Equal(["10.0.0.3:80"], Resolve(resolver, "scanner").Addresses);
    }

    [Fact]
    public void ResolveHostName_FileIsADirectory_SaysSo() =>
        Assert.Contains("cannot be read", FailureOf(Resolve(new HostsFileResolver(Loop, _folder.Path), "scanner")), StringComparison.Ordinal);

    [Fact]
    public void ResolveHostName_SystemsFile_HasLocalhost() =>
        Assert.NotEmpty(Resolve(new HostsFileResolver(Loop), "localhost").Addresses);
}
