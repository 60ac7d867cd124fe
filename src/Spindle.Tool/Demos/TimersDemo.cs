using Spindle.Loops;

namespace Spindle.Tool.Demos;

/// <summary>Calls that are made later, in the order of their times.</summary>
internal sealed class TimersDemo : IDemo
{
    public string Name => "timers";

    public async Task<string> RunAsync(DemoContext context)
    {
        List<int> made = [];
        TaskCompletionSource last = new();
        AsyncSelectorReactor reactor = context.Reactor;
        TimeSpan start = reactor.Seconds();
        DelayedCall second = reactor.CallLater(TimeSpan.Zero, () => made.Add(2));
        reactor.CallLater(TimeSpan.FromMilliseconds(5), () => made.Add(1));
        reactor.CallLater(TimeSpan.FromMilliseconds(5), () => made.Add(-1)).Cancel();
        second.Reset(TimeSpan.FromMilliseconds(10));
        reactor.CallLater(TimeSpan.FromMilliseconds(15), () =>
        {
            made.Add(3);
            last.SetResult();
        });
        await last.Task.WaitAsync(context.CancellationToken).ConfigureAwait(true);
        Exchange.Check(made.SequenceEqual([1, 2, 3]), $"the calls came in the order {string.Join(", ", made)}");
        Exchange.Check(reactor.Seconds() - start >= TimeSpan.FromMilliseconds(15), "a call came before its time");
        return "3 calls in order, 1 put off, 1 cancelled";
    }
}
