using Microsoft.Extensions.Logging;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>
/// Plays an exchange once to see which system calls it makes, then once for each of them and each way in which it can go
/// wrong. Whatever happens: everyone hears of the end once, what arrives is a beginning of what was sent, nothing stays
/// open, the loop does not spin and serves the next exchange.
/// </summary>
public sealed class FaultSweepTests
{
    private const int Size = 1 << 20;
    private const int MaxTurns = 2_000;

    private static readonly Operation[] OfEverySelector =
    [
        Operation.EventFd, Operation.EventFdRead, Operation.EventFdWrite, Operation.Open, Operation.Close, Operation.Socket, Operation.Bind,
        Operation.Listen, Operation.Accept, Operation.Connect, Operation.GetSockName, Operation.GetSockOpt, Operation.SetSockOpt,
        Operation.Receive, Operation.Send, Operation.SendMessage, Operation.Shutdown,
    ];

    // What came unread is thrown away, and what is under way is waited for.
    private static readonly Operation[] OfTheClose = [Operation.Discard, Operation.CountUndelivered, Operation.GetSockOpt, Operation.Shutdown, Operation.Close];

    public static TheoryData<SelectorKind, Operation, Ending> Cases()
    {
        TheoryData<SelectorKind, Operation, Ending> cases = [];
        foreach (SelectorKind kind in Enum.GetValues<SelectorKind>())
        {
            foreach (Operation operation in OfEverySelector.Concat(OfSelector(kind)))
            {
                cases.Add(kind, operation, Ending.HalfClose);
                cases.Add(kind, operation, Ending.Abort);
            }

            foreach (Operation operation in OfTheClose)
            {
                cases.Add(kind, operation, Ending.Close);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases)), Clause("I2", "I3", "I7", "TCP-5", "TCP-18", "TCP-34", "TCP-49", "TCP-52", "TCP-54")]
    public void Exchange_OneCallFails_EveryoneHearsOnceAndTheReactorServesOn(SelectorKind kind, Operation operation, Ending ending)
    {
        int calls = CountCalls(kind, ending).Count(call => call.Operation == operation);
        int fired = 0;
        for (int call = 1; call <= calls; call++)
        {
            foreach ((FaultKind how, int value) in FaultTable.Of(operation))
            {
                Fault fault = new(operation, call, how, value);
                try
                {
                    fired += Play(kind, ending, fault);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"{kind}, {ending}: {fault}: {failure.Message}", failure);
                }
            }
        }

        // Timing may make a few calls fewer than the first time.
        Assert.True(fired > 0, $"No fault of {operation} has happened in {calls} calls.");
    }

    [Theory, EverySelector(Ending.HalfClose, Ending.Abort), Clause("I9")]
    public void Exchange_NothingFails_MakesTheCallsThatAreSwept(SelectorKind kind, Ending ending)
    {
        HashSet<Operation> called = [.. CountCalls(kind, ending).Select(call => call.Operation)];

        Assert.Equal(OfEverySelector.Concat(OfSelector(kind)).Order(), called.Order());
    }

    [Theory, EverySelector, Clause("I9")]
    public void Exchange_ServerCloses_MakesTheCallsThatAreSwept(SelectorKind kind)
    {
        HashSet<Operation> called = [.. CountCalls(kind, Ending.Close).Select(call => call.Operation)];

        Assert.All(OfTheClose, operation => Assert.Contains(operation, called));
    }

    private static Operation[] OfSelector(SelectorKind kind) => kind switch
    {
        SelectorKind.Epoll => [Operation.EpollCreate, Operation.EpollAdd, Operation.EpollModify, Operation.EpollDelete, Operation.EpollWait],
        SelectorKind.Poll => [Operation.Statx, Operation.Poll],
        _ => [Operation.Statx, Operation.Select],
    };

    private static IReadOnlyList<SystemCall> CountCalls(SelectorKind kind, Ending ending)
    {
        ReactorRig rig = new(kind);
        rig.Run(async _ =>
        {
            FaultScenario scenario = new(rig, ending, Size);
            await scenario.Play();
            scenario.AssertWhole();
        });
        return rig.Plan.Calls;
    }

    /// <summary>Plays the exchange with one fault.</summary>
    /// <returns>How often it happened: one or zero.</returns>
    private static int Play(SelectorKind kind, Ending ending, Fault fault)
    {
        ReactorRig rig = new(kind);
        rig.Plan.Add(fault);
        try
        {
            rig.Open();
        }
        catch (SpindleException)
        {
            // Half a loop leaves nothing open.
            Assert.Empty(rig.Kernel.Ledger.Describe());
            return rig.Plan.Fired;
        }

        rig.Loop.RunUntilComplete(() => PlayOn(rig, ending));
        rig.Close();
        Assert.Empty(rig.Kernel.Ledger.Describe());
        Assert.InRange(rig.Plan.Turns, 1, MaxTurns);
        AssertOnlyKernelErrors(rig.TakeErrors());
        return rig.Plan.Fired;
    }

    private static async Task PlayOn(ReactorRig rig, Ending ending)
    {
        rig.Reactor.StartRunning();
        FaultScenario scenario = new(rig, ending, Size);
        try
        {
            await scenario.Play();
        }
        catch (SpindleException)
        {
            // The port could not be made, and said so.
        }

        scenario.AssertSane();
        rig.Plan.IsSuspended = true;
        FaultScenario next = new(rig, Ending.HalfClose, size: 10_000);
        await next.Play();
        next.AssertWhole();
        rig.Plan.IsSuspended = false;
        await rig.StopAsync();
    }

    // Anything else is the library tripping over its own feet.
    private static void AssertOnlyKernelErrors(IReadOnlyList<LogRecord> records) =>
        Assert.All(records, record => Assert.True(record.Level <= LogLevel.Warning || record.Exception is SpindleException, $"{record.Text}: {record.Exception}"));
}
