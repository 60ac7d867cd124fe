using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Runs that come: datagrams that the kernel has not taken apart.</content>
public abstract partial class UdpContract
{
    [Theory, Clause("UDP-13", "UDP-14")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void DatagramReceived_Run_IsCalledForEachDatagram(string host) => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        EndPoint to = Listen(rig, protocol, host).GetHost();
        IUdpTransport port = Listen(rig, new RecordingDatagrams(), host);
        string[] written = [.. Numbered(40, length: 100), "shorter", "", "single"];

        await Send(rig, port, to, written);
        await rig.Until(() => protocol.Received.Count == written.Length);

        Assert.Equal(3, rig.Plan.Calls.First(call => call.Operation == Operation.ReceiveDatagrams).Result);
        Assert.Equal(written, protocol.Texts);
        Assert.All(protocol.Received, each => Assert.Equal(port.GetHost(), each.Address));
    });

    [Fact, Clause("UDP-13")]
    public void DatagramReceived_RunOfLongerOnes_EachIsCut() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        EndPoint to = Listen(rig, protocol, maxPacketSize: 10).GetHost();

        await Send(rig, Listen(rig, new RecordingDatagrams()), to, ["1234567890abc", "2234567890abc", "3234567890ab", "4234567890abcdefgh"]);
        await rig.Until(() => protocol.Received.Count == 4);

        Assert.Equal(["1234567890", "2234567890", "3234567890", "4234567890"], protocol.Texts);
    });

    [Fact, Clause("UDP-15", "I3")]
    public void DatagramReceived_ThrowsInARun_TheOthersAreDelivered() => Run(async rig =>
    {
        RecordingDatagrams protocol = new() { OnDatagram = (text, _) => Assert.NotEqual("2", text) };
        EndPoint to = Listen(rig, protocol).GetHost();

        await Send(rig, Listen(rig, new RecordingDatagrams()), to, ["1", "2", "3"]);
        await rig.Until(() => protocol.Received.Count == 3);

        Assert.IsType<Xunit.Sdk.NotEqualException>(rig.TakeError().Exception);
    });

    [Fact, Clause("UDP-21")]
    public void StopListening_InARun_NothingMoreIsDelivered() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport listener = Listen(rig, protocol);
        protocol.OnDatagram = (text, _) =>
        {
            if (text == "2")
            {
                listener.StopListening();
            }
        };

        await Send(rig, Listen(rig, new RecordingDatagrams()), listener.GetHost(), ["1", "2", "3", "4"]);
        await rig.Until(() => protocol.Stops == 1);

        Assert.Equal(["1", "2"], protocol.Texts);
    });

    [Fact, Clause("UDP-13", "UDP-20")]
    public void DatagramReceived_ManyRuns_TheOthersGetTheirTurn() => Run(async rig =>
    {
        const int Limit = 256;
        RecordingDatagrams protocol = new();
        Dictionary<int, int> inTurn = [];
        protocol.OnDatagram = (_, _) => inTurn[rig.Plan.Turns] = inTurn.GetValueOrDefault(rig.Plan.Turns) + 1;
        EndPoint to = Listen(rig, protocol).GetHost();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());

        await Send(rig, port, to, Numbered(64, length: 4));
        await rig.Until(() => protocol.Received.Count == 64); // It knows by now that there are runs.
        await Send(rig, port, to, Numbered(640, length: 4));
        await rig.Until(() => protocol.Received.Count == 704);

        Assert.All(inTurn.Values, count => Assert.InRange(count, 1, Limit));
    });

    [Theory, Clause("UDP-1", "UDP-13")]
    [InlineData(true)]
    [InlineData(false)]
    public void ListenUdp_WithoutRuns_HasThemTakenApart(bool doesKernelKnow) => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        if (!doesKernelKnow)
        {
            rig.Plan.FailNext(Operation.SetSockOpt, Errno.ENOPROTOOPT);
        }

        IUdpTransport listener = rig.Reactor.ListenUdp(0, protocol, "127.0.0.1", options: new UdpOptions { UseSegmentation = !doesKernelKnow });
        await Send(rig, Listen(rig, new RecordingDatagrams()), listener.GetHost(), ["1", "2", "3"]);
        await rig.Until(() => protocol.Received.Count == 3);

        Assert.Equal(3, rig.Plan.Calls.First(call => call.Operation == Operation.ReceiveDatagrams).Result);
        Assert.Equal(["1", "2", "3"], protocol.Texts);
    });

    [Theory, Clause("ADOPT-13", "UDP-13")]
    [InlineData(1, 1)]
    [InlineData(0, 3)]
    public void AdoptDatagramPort_MayHaveRuns_IsLeftAsItIs(int hasRuns, int messages) => Run(async rig =>
    {
        using Socket socket = RawSocket();
        socket.SetRawSocketOption(SocketConstants.SOL_UDP, SocketConstants.UDP_GRO, BitConverter.GetBytes(hasRuns));
        RecordingDatagrams protocol = new();
        rig.Reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, protocol);

        await Send(rig, Listen(rig, new RecordingDatagrams()), socket.LocalEndPoint, ["1", "2", "3"]);
        await rig.Until(() => protocol.Received.Count == 3);

        Assert.Equal(messages, rig.Plan.Calls.First(call => call.Operation == Operation.ReceiveDatagrams).Result);
        Assert.Equal(["1", "2", "3"], protocol.Texts);
    });
}
