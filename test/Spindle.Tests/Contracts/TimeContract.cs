using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Testing;
using Spindle.Timing;

namespace Spindle.Tests.Contracts;

/// <summary>Delayed calls by the kernel's clock, on every selector. What does not depend on it is tested on clocks that stand still.</summary>
public abstract class TimeContract
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly List<string> _made = [];

    private protected abstract SelectorKind Kind { get; }

    [Fact, Clause("TIME-3", "TIME-27", "TIME-29")]
    public void CallLater_SeveralTimes_AreMadeInOrderAndNeverEarly() => Run(async rig =>
    {
        List<DelayedCall> calls = [];
        List<DelayedCall> made = [];
        List<TimeSpan> late = [];
        int[] places = [3, 0, 4, 1, 2, 5];
        foreach (int place in places)
        {
            TimeSpan delay = TimeSpan.FromMicroseconds(place * 1_333);
            TimeSpan due = rig.Reactor.Seconds() + delay;
            DelayedCall call = null!;
            call = rig.Reactor.CallLater(delay, () =>
            {
                made.Add(call);
                late.Add(rig.Reactor.Seconds() - due);
            });
            calls.Add(call);
        }

        await rig.Until(() => made.Count == calls.Count);

        Assert.Equal(calls.OrderBy(call => call.Due), made);
        Assert.All(late, by => Assert.True(by >= TimeSpan.Zero, $"A call was made {-by} early."));
    });

    [Fact, Clause("TIME-5", "TIME-20", "TIME-28")]
    public void CallLater_WhileALaterOneIsWaitedFor_ComesFirst() => Run(async rig =>
    {
        DelayedCall later = rig.Reactor.CallLater(Never, () => _made.Add("later"));
        await rig.NextTurn();

        rig.Reactor.CallLater(TimeSpan.FromMilliseconds(1), () => _made.Add("sooner"));
        await rig.Until(() => _made.Count > 0);

        Assert.Equal(["sooner"], _made);
        Assert.True(later.IsActive);
        later.Cancel();
    });

    [Fact, Clause("TIME-12", "TIME-19")]
    public void Reset_Sooner_EndsTheWait() => Run(async rig =>
    {
        DelayedCall call = rig.Reactor.CallLater(Never, () => _made.Add("call"));
        await rig.NextTurn();

        call.Reset(TimeSpan.FromMilliseconds(1));

        await rig.Until(() => _made.Count > 0);
    });

    [Fact, Clause("TIME-11", "TIME-12", "TIME-13", "TIME-14")]
    public void CancelResetAndDelay_BeforeTheTime_HoldTheCallBack() => Run(async rig =>
    {
        TimeSpan soon = TimeSpan.FromMilliseconds(1);
        rig.Reactor.CallLater(soon, () => _made.Add("cancelled")).Cancel();
        DelayedCall reset = rig.Reactor.CallLater(soon, () => _made.Add("reset"));
        DelayedCall delayed = rig.Reactor.CallLater(soon, () => _made.Add("delayed"));
        reset.Reset(Never);
        delayed.Delay(Never);
        rig.Reactor.CallLater(soon * 3, () => _made.Add("last"));

        await rig.Until(() => _made.Count > 0);

        Assert.Equal(["last"], _made);
        Assert.Equal(new HashSet<DelayedCall> { reset, delayed }, rig.Reactor.GetDelayedCalls().ToHashSet());
        reset.Cancel();
        delayed.Cancel();
    });

    [Fact, Clause("TIME-22", "TIME-23")]
    public void CallLater_ZeroAgainAndAgain_StarvesNoConnection() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        using RawPeer peer = pair.Peer;
        int turns = 0;
        Again();
        void Again()
        {
            int turn = rig.Plan.Turns;
            rig.Reactor.CallLater(TimeSpan.Zero, () =>
            {
                Assert.True(rig.Plan.Turns > turn);
                turns++;
                if (pair.Server.ReceivedCount < 5 || turns < 10)
                {
                    Again();
                }
            });
        }

        await peer.Send("hello"u8.ToArray());
        await rig.Until(() => rig.Reactor.GetDelayedCalls().Count == 0);

        Assert.Equal("hello"u8, pair.Server.Received);
        Assert.True(turns >= 10);
    });

    [Fact, Clause("TIME-24")]
    public void CallLater_CallFails_IsLoggedAndTheReactorGoesOn() => Run(async rig =>
    {
        rig.Reactor.CallLater(TimeSpan.Zero, () => throw new FormatException("It failed."));
        rig.Reactor.CallLater(TimeSpan.Zero, () => _made.Add("other"));

        await rig.Until(() => _made.Count > 0);

        Assert.IsType<FormatException>(rig.TakeError().Exception);
    });

    [Fact, Clause("TIME-42")]
    public void DeferLater_Awaited_ComesBackToTheReactorsThread() => Run(async rig =>
    {
        int thread = Environment.CurrentManagedThreadId;
        TimeSpan due = rig.Reactor.Seconds() + TimeSpan.FromMilliseconds(2);

        int result = await rig.Reactor.DeferLater(TimeSpan.FromMilliseconds(2), () => Environment.CurrentManagedThreadId);

        Assert.Equal(thread, result);
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.True(rig.Reactor.Seconds() >= due);
    });

    [Fact, Clause("TIME-35", "TIME-37")]
    public void LoopingCall_RealTime_RunsAtEachIntervalUntilItIsStopped() => Run(async rig =>
    {
        List<TimeSpan> runs = [];
        TimeSpan interval = TimeSpan.FromMilliseconds(2);
        TimeSpan start = rig.Reactor.Seconds();
        LoopingCall call = null!;
        call = new LoopingCall(rig.Reactor, () =>
        {
            runs.Add(rig.Reactor.Seconds());
            if (runs.Count == 4)
            {
                call.Stop();
            }
        });

        await call.Start(interval);

        // Late runs may miss times, but none comes before its own.
        Assert.Equal(4, runs.Count);
        Assert.All(runs.Index(), run => Assert.True(run.Item >= start + (interval * run.Index)));
    });

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);
}
