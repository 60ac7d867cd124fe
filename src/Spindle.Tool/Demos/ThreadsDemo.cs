using Spindle.Threads;

namespace Spindle.Tool.Demos;

/// <summary>Work that blocks leaves the reactor's thread, and its result comes back to it.</summary>
internal sealed class ThreadsDemo : IDemo
{
    public string Name => "threads";

    public async Task<string> RunAsync(DemoContext context)
    {
        AsyncSelectorReactor reactor = context.Reactor;
        int home = Environment.CurrentManagedThreadId;
        TaskCompletionSource<int> called = new();
        int away = await reactor.DeferToThread(() =>
        {
            reactor.CallFromThread(() => called.SetResult(Environment.CurrentManagedThreadId));
            return Environment.CurrentManagedThreadId;
        }).WaitAsync(context.CancellationToken).ConfigureAwait(true);
        Exchange.Check(away != home, "the work did not leave the thread");
        Exchange.Check(Environment.CurrentManagedThreadId == home, "the result came to another thread");
        Exchange.Check(await called.Task.WaitAsync(context.CancellationToken).ConfigureAwait(true) == home, "the call came to another thread");
        return "work on another thread, a call back";
    }
}
