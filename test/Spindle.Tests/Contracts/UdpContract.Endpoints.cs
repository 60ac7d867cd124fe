using Spindle.Endpoints;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Endpoints.</content>
public abstract partial class UdpContract
{
    [Theory, Clause("UDP-1", "UDP-26")]
    [InlineData("udp:0:127.0.0.1", "udp:127.0.0.1:"), InlineData(@"udp:0:interface=\:\:1", @"UDP:\:\:1:"), InlineData(@"udp:0:\:\:", "udp:localhost:")]
    public void Endpoints_OfStrings_TalkToEachOther(string listen, string connect) => Run(async rig =>
    {
        RecordingDatagrams client = new();

        Assert.True(EndpointStrings.IsDatagram(listen));
        IDatagramTransport server = await EndpointStrings.ParseDatagramServer(rig.Reactor, listen).ListenAsync(new EchoDatagrams());
        IDatagramTransport port = await EndpointStrings.ParseDatagramClient(rig.Reactor, $"{connect}{AddressOf(server).Port}").ConnectAsync(client);
        port.Write("hello"u8);
        await rig.Until(() => client.Received.Count == 1);

        Assert.Equal(["hello"], client.Texts);
    });

    [Theory, Clause("UDP-1")]
    [InlineData("udp"), InlineData("udp:65536"), InlineData("udp:7000:localhost"), InlineData("udp:7000:127.0.0.1:more"), InlineData("tcp:7000")]
    public void ParseDatagramServer_Wrong_SaysWhatWouldBeRight(string description) => Run(rig =>
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => EndpointStrings.ParseDatagramServer(rig.Reactor, description));

        Assert.StartsWith($"endpoint \"{description}\": ", wrong.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    [Theory, Clause("UDP-1")]
    [InlineData("udp:127.0.0.1"), InlineData("udp:127.0.0.1:0"), InlineData("udp::7000")]
    public void ParseDatagramClient_Wrong_SaysWhatWouldBeRight(string description) => Run(rig =>
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => EndpointStrings.ParseDatagramClient(rig.Reactor, description));

        Assert.StartsWith($"endpoint \"{description}\": ", wrong.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-1", "UDP-3", "UDP-26")]
    public void Endpoints_Fail_FailTheTaskAndLeaveNothing() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        int taken = AddressOf(Listen(rig, new RecordingDatagrams())).Port;

        await Assert.ThrowsAsync<CannotListenException>(() => new UdpServerEndpoint(rig.Reactor, taken, "127.0.0.1").ListenAsync(protocol));
        rig.Plan.FailNext(Operation.Connect, Errno.ENETUNREACH);
        await Assert.ThrowsAsync<SystemCallException>(() => new UdpClientEndpoint(rig.Reactor, "127.0.0.1", 7).ConnectAsync(protocol));

        Assert.Equal((1, 1), (protocol.Starts, protocol.Stops));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UdpClientEndpoint(rig.Reactor, "127.0.0.1", 0));
        Assert.False(EndpointStrings.IsDatagram("tcp:7000"));
    });

    [Fact, Clause("UDP-1")]
    public void AddDatagramTypes_Another_IsKnownFromThenOn() => Run(async rig =>
    {
        string type = $"udp-{Kind}-{Guid.NewGuid():N}";
        EndpointStrings.AddDatagramServerType(type, (reactor, _) => new UdpServerEndpoint((IReactorUdp)reactor, 0, "127.0.0.1"));
        EndpointStrings.AddDatagramClientType(type, (reactor, _) => new UdpClientEndpoint((IReactorUdp)reactor, "127.0.0.1", 7));

        Assert.True(EndpointStrings.IsDatagram(type));
        await EndpointStrings.ParseDatagramServer(rig.Reactor, type).ListenAsync(new EchoDatagrams());
        await EndpointStrings.ParseDatagramClient(rig.Reactor, type).ConnectAsync(new EchoDatagrams());
        Assert.Throws<ArgumentException>(() => EndpointStrings.AddDatagramServerType("udp", (_, _) => null!));
    });
}
