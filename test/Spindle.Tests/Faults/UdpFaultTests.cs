using Microsoft.Extensions.Logging;
using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>
/// Plays an exchange of datagrams once for each system call in it and each way in which that can go wrong. Whatever
/// happens: who was started is stopped, nothing stays open, and the reactor serves the next exchange.
/// </summary>
public sealed class UdpFaultTests
{
    private static readonly Operation[] Operations =
    [
        Operation.Socket, Operation.SetSockOpt, Operation.Bind, Operation.Connect, Operation.GetSockName, Operation.ReceiveDatagrams,
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
    public void Exchange_OneCallFails_NothingIsLeftAndTheReactorServesOn(SelectorKind kind, Operation operation)
    {
        int calls = 0;
        ReactorRig.Run(kind, async rig =>
        {
            Assert.True(await Play(rig));
            calls = rig.Plan.Count(operation);
        });
        Assert.InRange(calls, 1, 50);

        for (int call = 1; call <= calls; call++)
        {
            foreach ((FaultKind how, int value) in FaultTable.Of(operation))
            {
                Fault fault = new(operation, call, how, value);
                try
                {
                    ReactorRig.Run(kind, rig => PlayWith(rig, fault));
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"{kind}: {fault}: {failure.Message}", failure);
                }
            }
        }
    }

    private static async Task PlayWith(ReactorRig rig, Fault fault)
    {
        rig.Plan.Add(fault);
        await Play(rig);
        Assert.Equal(1, rig.Plan.Fired);
        rig.Plan.IsSuspended = true;
        Assert.True(await Play(rig));
        rig.Plan.IsSuspended = false;

        // Anything else is the library tripping over its own feet.
        Assert.All(rig.TakeErrors(), record => Assert.True(record.Level <= LogLevel.Warning || record.Exception is SpindleException, $"{record.Text}: {record.Exception}"));
    }

    /// <returns>Whether all of it arrived.</returns>
    private static async Task<bool> Play(ReactorRig rig)
    {
        RecordingDatagrams server = new();
        RecordingDatagrams client = new();
        try
        {
            IMulticastTransport port = rig.Reactor.ListenMulticast(0, server, "127.0.0.1", listenMultiple: true);
            server.OnDatagram = (_, from) => port.Write("answer"u8, from);
            await port.JoinGroup("239.255.0.99", "127.0.0.1");
            IUdpTransport peer = rig.Reactor.ListenUdp(0, client, "127.0.0.1");
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
        catch (SpindleException)
        {
            // A call of ours said that it failed.
        }

        foreach (RecordingDatagrams each in new[] { server, client })
        {
            if (each.IsConnected)
            {
                await each.Transport.StopListening();
            }

            Assert.Equal(each.Starts, each.Stops);
        }

        return client.Received.Count == 3;
    }
}
