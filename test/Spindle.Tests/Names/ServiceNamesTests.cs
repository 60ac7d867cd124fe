using Spindle.Kernel;
using Spindle.Names;

namespace Spindle.Tests.Names;

public sealed class ServiceNamesTests
{
    private const string Table = """
        # A comment with http 1/tcp in it

        echo		7/tcp
        domain	53/tcp		# the next one differs
        domain 54/udp
        http		80/tcp		www	web # WorldWideWeb
        broken
        odd		x/tcp
        big		65536/tcp
        high	65535/tcp
        late		99/tcp
        """;

    [Theory, Clause("TCP-29")]
    [InlineData("echo", "tcp", 7)]
    [InlineData("http", "tcp", 80)]
    [InlineData("www", "tcp", 80)]
    [InlineData("web", "tcp", 80)]
    [InlineData("domain", "tcp", 53)]
    [InlineData("domain", "udp", 54)]
    [InlineData("high", "tcp", 65535)]
    [InlineData("late", "tcp", 99)]
    [InlineData("HTTP", "tcp", null)]
    [InlineData("http", "udp", null)]
    [InlineData("broken", "tcp", null)]
    [InlineData("odd", "tcp", null)]
    [InlineData("big", "tcp", null)]
    [InlineData("WorldWideWeb", "tcp", null)]
    [InlineData("80/tcp", "tcp", null)]
    public void Find_NameOrAlias_IsItsPort(string name, string protocol, int? port) => Assert.Equal(port, ServiceNames.Find(Table, name, protocol));

    [Fact, Clause("TCP-29")]
    public void GetPort_SystemsTable_KnowsTheWellKnown()
    {
        IFiles files = new LinuxKernel().Files;

        Assert.Equal(80, ServiceNames.GetPort(files, "http", "tcp"));
        ServiceNameUnknownException unknown = Assert.Throws<ServiceNameUnknownException>(() => ServiceNames.GetPort(files, "no-such-service", "tcp"));
        Assert.Contains("no tcp service \"no-such-service\"", unknown.Message, StringComparison.Ordinal);
    }
}
