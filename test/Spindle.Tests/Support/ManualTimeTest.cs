using Spindle.Loops;

namespace Spindle.Tests.Support;

/// <summary>A test of a real reactor on a clock that stands still until the test moves it.</summary>
public abstract class ManualTimeTest : LoopTest
{
    private protected ManualTimeTest()
    {
        Waits = new ScriptedWaits(Kernel);
        TimedLoop = NewLoop(new KernelDouble(Kernel) { Clock = Clock, Epolls = Waits });
        Reactor = new AsyncSelectorReactor(TimedLoop);
        AtEnd(Reactor.Dispose);
    }

    private protected ManualClock Clock { get; } = new();

    private protected ScriptedWaits Waits { get; }

    private protected SelectorEventLoop TimedLoop { get; }

    private protected AsyncSelectorReactor Reactor { get; }

    private protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Moves the time and runs one turn.</summary>
    private protected void Advance(double seconds)
    {
        Clock.Advance(Seconds(seconds));
        RunTurn(TimedLoop);
    }

    /// <summary>How long the next turn would wait for events, in seconds; null for without end.</summary>
    private protected double? NextWait()
    {
        Waits.BeforeWait = _ =>
        {
            TimedLoop.Stop();
            return 0;
        };
        Waits.Timeouts.Clear();
        TimedLoop.RunForever();
        Waits.BeforeWait = null;
        long timeout = Assert.Single(Waits.Timeouts);
        return timeout < 0 ? null : timeout / 1e9;
    }
}
