using Spindle.Loops;

namespace Spindle.Tests.Support;

/// <summary>A loop that runs on a thread of its own until this is disposed of.</summary>
internal sealed class LoopThread : IDisposable
{
    private readonly SelectorEventLoop _loop;
    private readonly OffThread _thread;

    public LoopThread(SelectorEventLoop loop)
    {
        _loop = loop;
        using ManualResetEventSlim isRunning = new();
        loop.CallSoonThreadSafe(isRunning.Set);
        _thread = OffThread.Start(loop.RunForever);
        Wait.For(isRunning, "The loop's first turn");
    }

    /// <summary>Runs something on the loop and waits for it. What it throws is thrown.</summary>
    public void Do(Action action) => _loop.SynchronizationContext.Send(static state => ((Action)state!)(), action);

    public void Dispose()
    {
        _loop.CallSoonThreadSafe(_loop.Stop);
        _thread.Join();
    }
}
