using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary><see cref="ExchangeSweep"/> over UDP. Whatever happens: who was started is stopped.</summary>
public sealed class UdpFaultTests
{
    private static readonly Operation[] Operations =
    [
        Operation.Socket, Operation.SetSockOpt, Operation.Bind, Operation.Connect, Operation.GetSockName, Operation.GetSockOpt, Operation.ReceiveDatagrams,
        Operation.SendDatagrams, Operation.SendDatagram, Operation.ChangeMembership, Operation.Close,
    ];

    public static TheoryData<SelectorKind, Operation> Cases()
    {
        TheoryData<SelectorKind, Operation> cases = [];
        foreach (SelectorKind kind in Enum.GetValues<SelectorKind>())
        {
            foreach (Operation operation in Operations)
            {
                cases.Add(kind, operation);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases)), Clause("UDP-3", "UDP-16", "UDP-18", "UDP-23", "UDP-29", "I3", "I7")]
    public void Exchange_OneCallFails_NothingIsLeftAndTheReactorServesOn(SelectorKind kind, Operation operation) =>
        ExchangeSweep.Run(kind, operation, Play);

    private static async Task<Outcome> Play(ReactorRig rig)
    {
        RecordingDatagrams server = new();
        RecordingDatagrams client = new();
        List<IDatagramTransport> ports = [];
        List<Exception> heard = [];
        try
        {
            IMulticastTransport port = rig.Reactor.ListenMulticast(0, server, "127.0.0.1", listenMultiple: true);
            ports.Add(port);
            server.OnDatagram = (_, from) => port.Write("answer"u8, from);
            await port.JoinGroup("239.255.0.99", "127.0.0.1");
            IUdpTransport peer = rig.Reactor.ListenUdp(0, client, "127.0.0.1");
            ports.Add(peer);
            peer.Connect("127.0.0.1", ((System.Net.IPEndPoint)port.GetHost()).Port);
            peer.Write("1"u8);
            peer.Write("2"u8);
            await rig.NextTurn();
            peer.WriteNow("3"u8);
            for (int turns = 0; turns < 20 && client.Received.Count < 3; turns++)
            {
                await rig.NextTurn();
            }
        }
        catch (SpindleException failure)
        {
            heard.Add(failure);
        }

        foreach (RecordingDatagrams each in new[] { server, client })
        {
            if (each.IsConnected)
            {
                await each.Transport.StopListening();
            }

            Assert.Equal(each.Starts, each.Stops);
        }

        return new Outcome(client.Received.Count == 3, heard, client.Refusals > 0 || ports.Any(port => port.DroppedDatagrams > 0));
    }
}
