using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary><see cref="ExchangeSweep"/> over UNIX datagrams. Whatever happens: who was started is stopped.</summary>
public sealed class UnixDatagramFaultTests
{
    private static readonly Operation[] Operations =
    [
        Operation.Socket, Operation.GetSockOpt, Operation.Bind, Operation.StatPath, Operation.ChangeMode, Operation.Connect, Operation.GetSockName,
        Operation.ReceiveDatagrams, Operation.SendDatagrams, Operation.SendDatagram, Operation.Unlink, Operation.Close,
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

    [Theory, MemberData(nameof(Cases)), Clause("UNIX-25", "UNIX-26", "UNIX-29", "UNIX-30", "I3", "I7")]
    public void Exchange_OneCallFails_NothingIsLeftAndTheReactorServesOn(SelectorKind kind, Operation operation) =>
        ExchangeSweep.Run(kind, operation, Play);

    private static async Task<Outcome> Play(ReactorRig rig)
    {
        using UnixRig unix = new(rig);
        UnixDatagrams server = new();
        UnixDatagrams client = new();
        List<IDatagramTransport> ports = [];
        List<Exception> heard = [];
        try
        {
            ports.Add(rig.Reactor.ListenUnixDatagram(unix.Socket, server));
            ports.Add(rig.Reactor.ConnectUnixDatagram(unix.Socket, client, bindAddress: unix.File("client")));
            heard.AddRange(client.Failures);
            if (client.IsConnected)
            {
                client.Transport.Write("1"u8);
                client.Transport.Write("2"u8);
                await rig.NextTurn();
                client.Transport.WriteNow("3"u8);
            }

            int answered = 0;
            for (int turns = 0; turns < 20 && client.IsConnected && client.Received.Count < 3; turns++)
            {
                for (; server.IsConnected && answered < server.Received.Count; answered++)
                {
                    server.Transport.Write("answer"u8, server.Senders[answered]);
                }

                await rig.NextTurn();
            }
        }
        catch (SpindleException failure)
        {
            heard.Add(failure);
        }

        foreach (IDatagramTransport port in ports)
        {
            await port.StopListening();
        }

        Assert.False(server.IsConnected || client.IsConnected);
        return new Outcome(client.Received.Count == 3, heard, client.Refusals > 0 || ports.Any(port => port.DroppedDatagrams > 0));
    }
}
