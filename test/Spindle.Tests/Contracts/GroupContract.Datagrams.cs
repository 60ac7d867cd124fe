using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Ports for datagrams.</content>
public abstract partial class GroupContract
{
    [Theory]
    [InlineData("127.0.0.1"), InlineData("::1")]
    public Task ListenUdp_ManySenders_EachReactorServesSomeAndEachSenderHasOne(string host) => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<int> threads = [];
        ReactorGroupPort port = await ListenUdp(rig, threads, host: host);
        HashSet<int> seen = [];
        for (int i = 0; i < 64; i++)
        {
            threads.Clear();
            using Socket sender = Sender(port);
            for (int round = 0; round < 3; round++)
            {
                await Answers(sender);
            }

            seen.Add(Assert.Single(threads.Distinct()));
        }

        Assert.Equal(2, seen.Count);
        Assert.Equal(2, rig.Kernel.Plan.Count(Operation.Bind));
    });

    [Theory]
    [InlineData(1), InlineData(2)]
    public Task ListenUdp_AnotherGroupIsThere_FailsUnlessBothShare(int count) => Run(
        async rig =>
        {
            await GroupRig.Until(rig.Group.StartAsync());
            ReactorGroupPort port = await ListenUdp(rig, []);
            ReactorGroupPort shared = await ListenUdp(rig, [], options: new UdpOptions { ReusePort = true });
            await GroupRig.Run(Kind, count, async second =>
            {
                await GroupRig.Until(second.Group.StartAsync());

                CannotListenException failure = await Assert.ThrowsAsync<CannotListenException>(() => ListenUdp(second, [], ((IPEndPoint)port.Address).Port));
                await ListenUdp(second, [], ((IPEndPoint)shared.Address).Port, options: new UdpOptions { ReusePort = true });

                Assert.Equal(Errno.EADDRINUSE, failure.Errno);
            });
            using Socket sender = Sender(port);
            await Answers(sender);
        },
        count);

    [Theory, Clause("I7")]
    [InlineData(Operation.Bind, 2), InlineData(Operation.SetSockOpt, 1), InlineData(Operation.SetSockOpt, 3)] // The second one may fail: UDP_GRO.
    public Task ListenUdp_ACallFails_LeavesNothing(Operation operation, int time) => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        rig.Kernel.Plan.Add(new Fault(operation, time, FaultKind.Error, Errno.ENOBUFS));

        CannotListenException failure = await Assert.ThrowsAsync<CannotListenException>(() => ListenUdp(rig, []));

        Assert.Equal(Errno.ENOBUFS, failure.Errno);
        Assert.DoesNotContain(rig.Kernel.Ledger.Describe(), each => each.EndsWith("socket", StringComparison.Ordinal));
    });

    [Fact]
    public Task StopListening_OfDatagrams_FreesTheAddress() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ReactorGroupPort port = await ListenUdp(rig, [], host: "127.0.0.78"); // No other test takes its number meanwhile.

        await GroupRig.Until(port.StopListeningAsync());

        using Socket again = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.True(SpinWait.SpinUntil(() => CanBind(again, port.Address), OffThread.Patience)); // A child that another test is spawning may hold it for a moment.
    });

    private static bool CanBind(Socket socket, EndPoint address)
    {
        try
        {
            socket.Bind(address);
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    private static Task<ReactorGroupPort> ListenUdp(GroupRig rig, ConcurrentBag<int> threads, int port = 0, string host = "127.0.0.1", UdpOptions? options = null) =>
        GroupRig.Until(rig.Group.ListenUdpAsync(port, _ => new TrackingDatagrams(threads), host, options: options));

    private static Socket Sender(ReactorGroupPort port)
    {
        Socket sender = new(port.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        sender.Connect(port.Address);
        return sender;
    }

    private static async Task Answers(Socket sender)
    {
        await sender.SendAsync("hello"u8.ToArray());
        Assert.Equal(5, await GroupRig.Until(sender.ReceiveAsync(new byte[16])));
    }
}
