using System.Net;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Multicast, on the loopback interface.</content>
public abstract partial class UdpContract
{
    private const string Group6 = "ff02::7777"; // Of the local network.
    /// <summary>Nobody else may join it meanwhile: a Linux socket hears every group that anybody on the machine has joined.</summary>
    private string Group => $"239.255.0.{70 + (int)Kind}";

    private const string Loopback = "127.0.0.1";

    private static IMulticastTransport ListenMulticast(ReactorRig rig, RecordingDatagrams protocol, string host = "", int port = 0, bool listenMultiple = false) =>
        rig.Reactor.ListenMulticast(port, protocol, host, listenMultiple: listenMultiple);

    [Fact, Clause("UDP-29", "UDP-30", "UDP-28")]
    public void JoinGroup_OnLoopback_HearsTheGroupUntilItLeaves() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IMulticastTransport port = ListenMulticast(rig, protocol);
        IMulticastTransport from = ListenMulticast(rig, new RecordingDatagrams());
        IPEndPoint to = new(IPAddress.Parse(Group), AddressOf(port).Port);
        await from.SetOutgoingInterface(Loopback);

        await port.JoinGroup(Group, Loopback);
        from.Write("1"u8, to);
        await rig.Until(() => protocol.Received.Count == 1);
        await port.LeaveGroup(Group, Loopback);
        from.Write("2"u8, to);
        from.Write("end"u8, new IPEndPoint(IPAddress.Loopback, to.Port));
        await rig.Until(() => protocol.Texts.Contains("end"));

        Assert.Equal(["1", "end"], protocol.Texts);
    });

    [Fact, Clause("UDP-32", "UDP-29")]
    public void JoinGroup_Ipv6_IsAMemberUntilItLeaves() => Run(async rig =>
    {
        IMulticastTransport port = ListenMulticast(rig, new RecordingDatagrams(), "::");
        string group = $"ff01::7{(int)Kind}";

        await port.JoinGroup(group, "lo");
        Assert.True(IsMember(group));
        await port.LeaveGroup(group, "1");
        Assert.False(IsMember(group));

        await Assert.ThrowsAsync<MulticastJoinException>(() => port.JoinGroup(Group));
    });

    [Fact, Clause("UDP-32", "UDP-29", "UDP-30", "UDP-14")]
    public void JoinGroup_Ipv6OnAnInterfaceWithARoute_HearsTheGroup() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IMulticastTransport port = ListenMulticast(rig, protocol, "::");
        IMulticastTransport from = ListenMulticast(rig, new RecordingDatagrams(), "::");

        // A loopback interface has no route for IPv6's groups; a machine with nothing else cannot send to one.
        foreach (string name in InterfacesWithMulticast())
        {
            await from.SetOutgoingInterface(name);
            await port.JoinGroup(Group6, name);
            from.Write("x"u8, Group6, AddressOf(port).Port);
            await rig.Until(() => protocol.Received.Count == 1);
            Assert.NotEqual(0, ((IPEndPoint)protocol.Received[0].Address).Address.ScopeId); // It came from a link-local address.
            await port.LeaveGroup(Group6, name);
            protocol.Received.Clear();
        }
    });

    [Fact, Clause("UDP-29", "OVR-13")]
    public void JoinGroup_KernelRefuses_FailsAlsoForLeaving() => Run(async rig =>
    {
        IMulticastTransport port = ListenMulticast(rig, new RecordingDatagrams());

        MulticastJoinException refused = await Assert.ThrowsAsync<MulticastJoinException>(() => port.JoinGroup("127.0.0.1", Loopback));
        Assert.Equal(("127.0.0.1", Loopback, Errno.EINVAL), (refused.Group, refused.NetworkInterface, refused.Errno));
        Assert.Equal(Errno.EADDRNOTAVAIL, (await Assert.ThrowsAsync<MulticastJoinException>(() => port.LeaveGroup(Group, Loopback))).Errno);
        await Assert.ThrowsAsync<MulticastJoinException>(() => port.JoinGroup("::1"));
        await port.StopListening();
        await Assert.ThrowsAsync<MulticastJoinException>(() => port.JoinGroup(Group, Loopback));
    });

    [Fact, Clause("UDP-29")]
    public void JoinGroup_Names_AreLookedUp() => Run(async rig =>
    {
        IMulticastTransport port = ListenMulticast(rig, new RecordingDatagrams());

        await port.JoinGroup(Group, "localhost");
        await port.LeaveGroup(Group, Loopback);

        // A name of no group.
        await Assert.ThrowsAsync<MulticastJoinException>(() => port.JoinGroup("localhost", Loopback));
    });

    [Fact, Clause("UDP-28")]
    public void ListenMulticast_ListenMultiple_SharesThePort() => Run(async rig =>
    {
        RecordingDatagrams first = new();
        RecordingDatagrams second = new();
        IMulticastTransport one = ListenMulticast(rig, first, listenMultiple: true);
        IMulticastTransport other = ListenMulticast(rig, second, port: AddressOf(one).Port, listenMultiple: true);
        await one.JoinGroup(Group, Loopback);
        await other.JoinGroup(Group, Loopback);
        await one.SetOutgoingInterface(Loopback);

        one.Write("x"u8, Group, AddressOf(one).Port);
        await rig.Until(() => first.Received.Count == 1 && second.Received.Count == 1);

        Assert.Throws<CannotListenException>(() => ListenMulticast(rig, new RecordingDatagrams(), port: AddressOf(one).Port));
    });

    [Theory, Clause("UDP-28")]
    [InlineData(Errno.ENOPROTOOPT, true), InlineData(Errno.EINVAL, false)]
    public void ListenMulticast_NoPortReuse_DoesWithoutIt(int errno, bool isHarmless) => Run(rig =>
    {
        rig.Plan.Add(new Fault(Operation.SetSockOpt, 2, FaultKind.Error, errno)); // The second option.

        Exception? failure = Record.Exception(() => ListenMulticast(rig, new RecordingDatagrams(), listenMultiple: true));

        Assert.Equal(isHarmless, failure is null);
        Assert.Equal(1, rig.Plan.Fired);
        return Task.CompletedTask;
    });

    [Theory, Clause("UDP-31", "UDP-30", "UDP-32")]
    [InlineData("127.0.0.1", "0.0.0.0"), InlineData("::1", "::")]
    public void Options_Always_AreThoseOfTheFamily(string host, string anyInterface) => Run(async rig =>
    {
        IMulticastTransport port = ListenMulticast(rig, new RecordingDatagrams(), host);

        Assert.Equal((true, 1, anyInterface), (port.LoopbackMode, port.TimeToLive, port.OutgoingInterface.ToString()));
        port.LoopbackMode = false;
        port.TimeToLive = 255;
        Assert.Equal((false, 255), (port.LoopbackMode, port.TimeToLive));
        port.TimeToLive = 0;
        port.LoopbackMode = true;
        Assert.Equal((true, 0), (port.LoopbackMode, port.TimeToLive));
        Assert.Throws<ArgumentOutOfRangeException>(() => port.TimeToLive = 256);
        Assert.Throws<ArgumentOutOfRangeException>(() => port.TimeToLive = -1);
        await port.SetOutgoingInterface(host == "::1" ? "fe80::1%lo" : host);
        Assert.Equal(host == "::1" ? "::%1" : host, port.OutgoingInterface.ToString());
        await port.SetOutgoingInterface("");
        Assert.Equal(anyInterface, port.OutgoingInterface.ToString());
    });

    [Fact, Clause("UDP-30", "UDP-32")]
    public void SetOutgoingInterface_NoSuchThing_Fails() => Run(async rig =>
    {
        IMulticastTransport port = ListenMulticast(rig, new RecordingDatagrams());
        IMulticastTransport port6 = ListenMulticast(rig, new RecordingDatagrams(), "::1");

        await Assert.ThrowsAsync<SystemCallException>(() => port.SetOutgoingInterface("192.0.2.7"));
        await Assert.ThrowsAsync<InvalidAddressException>(() => port.SetOutgoingInterface("::1"));
        await Assert.ThrowsAsync<InvalidAddressException>(() => port6.SetOutgoingInterface("nosuch0"));
        await Assert.ThrowsAsync<InvalidAddressException>(() => port6.JoinGroup(Group6, "::1"));
    });

    private static bool IsMember(string group) =>
        File.ReadAllText("/proc/net/igmp6").Contains(Convert.ToHexStringLower(IPAddress.Parse(group).GetAddressBytes()), StringComparison.Ordinal);

    // The lines of the file: destination, its prefix's length, six more fields, flags, interface.
    private static IEnumerable<string> InterfacesWithMulticast() =>
        from line in File.ReadLines("/proc/net/ipv6_route")
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields[0].StartsWith("ff00", StringComparison.Ordinal) && fields[1] == "08"
        select fields[^1];
}
