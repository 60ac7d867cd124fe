using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>
/// <see cref="ExchangeSweep"/> over UNIX streams that carry descriptors. Whatever happens: everyone hears of the end once,
/// what arrives is a beginning of what was sent, and each descriptor is the receiver's or closed.
/// </summary>
public sealed class UnixFaultTests
{
    private const int Hello = 3;

    // No selector has a part in these.
    private static readonly Operation[] OfTheStart =
    [
        Operation.Link, Operation.ReadLink, Operation.Probe, Operation.Unlink, Operation.StatPath, Operation.ChangeMode,
        Operation.Socket, Operation.Bind, Operation.Listen, Operation.GetSockName,
    ];

    private static readonly Operation[] OfEverySelector =
    [
        Operation.Accept, Operation.Connect,
        Operation.Duplicate, Operation.SendDescriptor, Operation.ReceiveDescriptors, Operation.Send, Operation.Shutdown, Operation.Close,
    ];

    public static TheoryData<SelectorKind, Operation> Cases()
    {
        TheoryData<SelectorKind, Operation> cases = [];
        foreach (SelectorKind kind in Enum.GetValues<SelectorKind>())
        {
            foreach (Operation operation in kind == SelectorKind.Epoll ? OfTheStart.Concat(OfEverySelector) : OfEverySelector)
            {
                cases.Add(kind, operation);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases)), Clause("UNIX-3", "UNIX-19", "UNIX-20", "UNIX-24", "I2", "I3", "I7")]
    public void Exchange_OneCallFails_NothingIsLeftAndTheReactorServesOn(SelectorKind kind, Operation operation) =>
        ExchangeSweep.Run(kind, operation, Play);

    private static async Task<Outcome> Play(ReactorRig rig)
    {
        using UnixRig unix = new(rig);
        using TestPipe pipe = new(rig);
        byte[] up = Payload.Shared(20_000, 1).ToArray();
        byte[] down = Payload.Shared(10_000, 2).ToArray();
        RecordingFactory servers = new(() => Answering(pipe, down)) { Name = "servers" };
        RecordingFactory clients = new(() => Asking(pipe, up, down.Length)) { Name = "clients" };
        List<Exception> heard = [];
        try
        {
            IListeningPort port = unix.Listen(servers, wantPid: true);
            IConnector connector = rig.Reactor.ConnectUnix(unix.Socket, clients, checkPid: true);
            await rig.Until(() => connector.State == ConnectorState.Disconnected, "the client ends");
            await port.StopListening();
            await rig.Until(() => servers.Built.All(server => server.LostCount > 0), "the server hears of the end");
            heard.AddRange(clients.Failures.Concat(clients.Losses));
            Assert.Single(heard);
        }
        catch (SpindleException failure)
        {
            heard.Add(failure); // The port could not be made, and said so.
        }

        DescriptorProtocol[] all = [.. servers.Built.Concat(clients.Built).Cast<DescriptorProtocol>()];
        Assert.All(all, protocol => Assert.Equal((1, 1), (protocol.MadeCount, protocol.LostCount)));
        Assert.All(servers.Built, server => Assert.True(up.AsSpan().StartsWith(server.Received)));
        Assert.All(clients.Built, client => Assert.True(down.AsSpan().StartsWith(client.Received)));
        Assert.Equal((servers.Starts, clients.Starts), (servers.Stops, clients.Stops));
        heard.AddRange(all.Select(protocol => protocol.Reason!));
        bool isWhole = all.Length == 2 && all[0].ReceivedCount == up.Length && all[1].ReceivedCount == down.Length
            && all[0].Descriptors.Count == Hello && all[1].Descriptors.Count == 1;
        Array.ForEach(all, protocol => protocol.Descriptors.ForEach(handle => handle.Dispose()));
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites(); // Nor is one on its way.
        return new Outcome(isWhole, heard);
    }

    private static DescriptorProtocol Asking(TestPipe pipe, byte[] up, int expected)
    {
        DescriptorProtocol client = new("client");
        client.OnMade = () =>
        {
            for (int i = 0; i < Hello; i++)
            {
                ((IUnixTransport)client.Transport).SendFileDescriptor(pipe.Write);
            }

            client.Transport.Write(up);
        };
        client.OnData = _ =>
        {
            if (client.ReceivedCount == expected)
            {
                client.Transport.LoseConnection();
            }
        };
        return client;
    }

    private static DescriptorProtocol Answering(TestPipe pipe, byte[] down)
    {
        DescriptorProtocol server = new("server");
        bool isAnswered = false;
        server.OnData = _ =>
        {
            if (!isAnswered && server.ReceivedCount == 20_000)
            {
                isAnswered = true;
                ((IUnixTransport)server.Transport).SendFileDescriptor(pipe.Write);
                server.Transport.Write(down);
            }
        };
        return server;
    }
}
