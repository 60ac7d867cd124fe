using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>IPv6 and its scopes, and local ends.</content>
public abstract partial class TcpContract
{
    public static TheoryData<string> ScopedLiterals => [.. ScopedAddresses()];

    [Theory, Clause("TCP-2", "TCP-22", "TCP-25", "TCP-30")]
    [MemberData(nameof(ScopedLiterals))]
    public void Ipv6Literal_WithAScope_IsServedUnderThatScope(string literal) => Run(async rig =>
    {
        IPAddress address = IPAddress.Parse(literal);
        Pair pair = await rig.ConnectPair(host: literal);

        IPEndPoint host = ReactorRig.AddressOf(pair.Port);
        Assert.Equal(address.ToString().Split('%')[0], host.Address.ToString().Split('%')[0]);
        Assert.True(rig.Plan.Count(Operation.Connect) == 1 && rig.Plan.Count(Operation.Socket) == 2);
        IPEndPoint[] addresses =
        [
            host,
            (IPEndPoint)pair.Server.Transport.GetHost(),
            (IPEndPoint)pair.Server.Transport.GetPeer(),
            (IPEndPoint)pair.Client.Transport.GetHost(),
            (IPEndPoint)pair.ServerFactory.Addresses[0],
        ];

        // The kernel keeps the scope of link-local addresses; any other is the same in every scope.
        long scope = address.IsIPv6LinkLocal ? address.ScopeId : 0;
        Assert.All(addresses, each => Assert.Equal(scope, each.Address.ScopeId));
        Assert.Equal(address.IsIPv6LinkLocal, PrefixOf(pair.Server).Contains($"%{scope}", StringComparison.Ordinal));
    });

    [Theory, Clause("TCP-2")]
    [InlineData("fe80::1%no-such-interface")]
    [InlineData("fe80::1%")]
    [InlineData("fe80::1%99999999999")]
    [InlineData("fe80::1::2")]
    public void ListenTcp_ScopeOrAddressIsNone_Throws(string host) => Run(rig =>
    {
        CannotListenException refused = Assert.Throws<CannotListenException>(() => rig.Reactor.ListenTcp(0, new RecordingFactory(), host: host));

        Assert.Equal(host, refused.Host);
        Assert.Contains("%scope", refused.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    [Theory, Clause("TCP-2", "TCP-34")]
    [InlineData("fe80::1%no-such-interface")]
    [InlineData("fe80::1%99999999999")]
    [InlineData("fe80::1::2")]
    public void ConnectTcp_ScopeOrAddressIsNone_FailsInALaterTurnWithoutALookUp(string host) => Run(async rig =>
    {
        Support.TrackedThreads threads = new(rig.Kernel);
        rig.Kernel.WorkerThreads = threads;
        RecordingFactory factory = new();

        rig.Reactor.ConnectTcp(host, 1, factory);

        Assert.Empty(factory.Failures);
        await rig.Until(() => factory.Failures.Count == 1);
        Assert.Contains(host, Assert.IsType<UnknownHostException>(factory.Failures[0]).Message, StringComparison.Ordinal);
        Assert.Equal(0, threads.Started);
    });

    [Theory, Clause("TCP-31")]
    [InlineData("127.0.0.1", "127.0.0.9")]
    [InlineData("::1", "::1")]
    public void ConnectTcp_BindAddressOfEitherFamily_IsWhereItComesFrom(string host, string local) => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers, host);
        RecordingFactory clients = new();

        rig.Reactor.ConnectTcp(host, ReactorRig.AddressOf(port).Port, clients, bindAddress: new IPEndPoint(IPAddress.Parse(local), 0));

        await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
        Assert.Equal(IPAddress.Parse(local), ((IPEndPoint)clients.Built[0].Transport.GetHost()).Address);
        Assert.Equal(clients.Built[0].Transport.GetHost(), servers.Addresses[0]);
    });

    [Theory, Clause("TCP-31")]
    [InlineData("127.0.0.1", "::1")]
    [InlineData("::1", "127.0.0.1")]
    public void ConnectTcp_BindAddressOfTheOtherFamily_FailsWithConnectBind(string host, string local) => Run(async rig =>
    {
        RecordingFactory clients = new();

        rig.Reactor.ConnectTcp(host, 1, clients, bindAddress: new IPEndPoint(IPAddress.Parse(local), 0));

        await rig.Until(() => clients.Failures.Count == 1);
        Assert.NotEqual(0, Assert.IsType<ConnectBindException>(clients.Failures[0]).Errno);
    });

    // A link-local address, which has no meaning without its scope, on every interface that has one; and one that has none.
    private static IEnumerable<string> ScopedAddresses() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(each => each.OperationalStatus == OperationalStatus.Up)
            .SelectMany(each => each.GetIPProperties().UnicastAddresses.Select(address => (each.Name, address.Address)))
            .Where(each => each.Address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: true })
            .SelectMany(each => new[] { $"{each.Address.ToString().Split('%')[0]}%{each.Name}", each.Address.ToString() })
            .Append("::1%lo")
            .Append("::1%0");
}
