using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

/// <summary>Design I10 (a) and (e): what callbacks run in, and what they leave behind.</summary>
public sealed class ContextFlowTests : LoopTest
{
    private readonly AsyncLocal<string> _ambient = new();
    private readonly List<string?> _seen = [];

    [Fact]
    public void AnyCallback_Always_RunsWithTheLoopsContext()
    {
        ScriptedSignals signals = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Signals = signals });
        List<SynchronizationContext?> contexts = [];
        loop.CallSoon(See);
        loop.CallSoonThreadSafe(See);
        loop.CallLater(TimeSpan.Zero, See);
        loop.AddReader(CreateFullPipe().Read, See);
        loop.AddWriter(CreatePipe().Write, See);
        loop.AddSignalHandler(1, See);
        loop.CallAtTurnEnd(new TurnEnd(_ => See()));
        signals.Deliver(1);

        RunTurn(loop);

        Assert.Equal(7, contexts.Count);
        Assert.All(contexts, context => Assert.Same(loop.SynchronizationContext, context));

        // And what a callback does to it does not leak into the next one.
        void See()
        {
            contexts.Add(SynchronizationContext.Current);
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    [Fact, Clause("LOOP-6")]
    public void CallSoonAndCallLater_AmbientValue_IsTheOneOfTheirMaking()
    {
        Loop.CallSoon(() =>
        {
            _ambient.Value = "of the callback";
            Loop.CallSoon(See);
            Loop.CallLater(TimeSpan.Zero, See);
            Loop.CallAt(TimeSpan.Zero, See);
            Loop.CallSoonThreadSafe(See);
            _ambient.Value = "later";
        });
        Loop.CallSoon(See);

        RunTurn();
        RunTurn();

        Assert.Equal([null, .. Enumerable.Repeat("of the callback", 4)], _seen);
    }

    [Fact]
    public void DescriptorCallback_SetsAnAmbientValue_DoesNotLeakIt()
    {
        PipeEnds pipe = CreateFullPipe();
        Loop.AddReader(pipe.Read, () =>
        {
            See();
            _ambient.Value = "leaked";
        });
        Loop.AddWriter(CreatePipe().Write, See);
        Loop.CallLater(TimeSpan.Zero, See);
        Loop.CallSoonThreadSafe(See);
        Loop.CallAtTurnEnd(new TurnEnd(_ =>
        {
            See();
            _ambient.Value = "leaked";
        }));
        Loop.CallAtTurnEnd(new TurnEnd(_ => See()));

        RunTurn();
        RunTurn();

        Assert.Equal(Enumerable.Repeat((string?)null, 8), _seen);
        Assert.Null(_ambient.Value);
    }

    [Fact]
    public void DescriptorCallback_AmbientValueWhereItWasAdded_IsNotTaken()
    {
        PipeEnds pipe = CreateFullPipe();
        Loop.CallSoon(() =>
        {
            _ambient.Value = "of the adder";
            Loop.AddReader(pipe.Read, See);
        });

        RunTurn();
        RunTurn();

        Assert.Equal([null], _seen);
    }

    [Fact]
    public void DescriptorCallback_AmbientValueOfTheRun_IsSeen()
    {
        Loop.AddReader(CreateFullPipe().Read, See);
        _ambient.Value = "of the first run";
        RunTurn();
        _ambient.Value = "of the second run";
        RunTurn();

        Assert.Equal(["of the first run", "of the second run"], _seen);
    }

    [Fact, Clause("LOOP-6")]
    public void CallSoon_FlowSuppressed_RunsInTheLoopsOwnContext()
    {
        Loop.CallSoon(() =>
        {
            _ambient.Value = "of the callback";
            using (ExecutionContext.SuppressFlow())
            {
                Loop.CallSoon(See);
            }
        });
        Loop.CallSoon(() => ExecutionContext.SuppressFlow()); // Never undone: it must not outlive the callback.
        Loop.CallSoon(() => Assert.False(ExecutionContext.IsFlowSuppressed()));

        _ambient.Value = "of the run";
        RunTurn();
        RunTurn();

        Assert.Equal(["of the run"], _seen);
    }

    [Fact]
    public void Await_AmbientValue_FlowsThroughIt()
    {
        Loop.RunUntilComplete(async () =>
        {
            _ambient.Value = "of the work";
            await Task.Yield();
            See();
            await Task.Delay(TimeSpan.FromTicks(1), Loop.TimeProvider, TestContext.Current.CancellationToken);
            See();
            await Loop.RunInExecutor(() => 0);
            See();
        });

        Assert.Equal(Enumerable.Repeat("of the work", 3), _seen);
        Assert.Null(_ambient.Value);
    }

    [Fact]
    public void RunInExecutor_WorkAndWaitersThatCaptureNoContext_HaveNone()
    {
        using ManualResetEventSlim isAwaited = new();
        (SynchronizationContext? inWork, SynchronizationContext? after) = Loop.RunUntilComplete(async () =>
        {
            Loop.CallSoon(isAwaited.Set);
            SynchronizationContext? seen = await Loop.RunInExecutor(() =>
            {
                Wait.For(isAwaited, "The await");
                return SynchronizationContext.Current;
            }).ConfigureAwait(false);
            return (seen, SynchronizationContext.Current);
        });

        Assert.Null(inWork);
        Assert.Null(after);
    }

    private void See() => _seen.Add(_ambient.Value);
}
