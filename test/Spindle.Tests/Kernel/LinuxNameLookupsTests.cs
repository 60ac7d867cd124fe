using System.Net;
using Spindle.Kernel;

namespace Spindle.Tests.Kernel;

public sealed class LinuxNameLookupsTests
{
    private readonly LinuxNameLookups _lookups = new();

    [Theory, Clause("NAME-5", "NAME-8")]
    [InlineData(SocketConstants.SOCK_STREAM)]
    [InlineData(SocketConstants.SOCK_DGRAM)]
    public void Resolve_LocalHost_IsTheLoopback(int socketType)
    {
        List<IPAddress> addresses = [];

        Assert.Null(_lookups.Resolve("localhost", SocketConstants.AF_INET, socketType, addresses));

        Assert.Contains(IPAddress.Loopback, addresses);
    }

    [Fact]
    public void Resolve_Literals_KeepTheScope()
    {
        List<IPAddress> addresses = [];

        Assert.Null(_lookups.Resolve("fe80::1%1", SocketConstants.AF_UNSPEC, SocketConstants.SOCK_STREAM, addresses));

        Assert.Equal(1, Assert.Single(addresses).ScopeId);
    }

    [Fact, Clause("NAME-10")]
    public void Resolve_NameCannotBe_TellsTheSystemsReason()
    {
        List<IPAddress> addresses = [];

        string? error = _lookups.Resolve(new string('x', 300), SocketConstants.AF_UNSPEC, SocketConstants.SOCK_STREAM, addresses);

        Assert.Contains("getaddrinfo -", error, StringComparison.Ordinal);
        Assert.Empty(addresses);
    }
}
