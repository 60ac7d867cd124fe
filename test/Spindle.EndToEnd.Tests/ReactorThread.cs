using Spindle.Threads;

namespace Spindle.EndToEnd.Tests;

/// <summary>A reactor of this process, on a thread of its own.</summary>
internal sealed class ReactorThread : IDisposable
{
    private readonly AsyncSelectorReactor _reactor = new();
    private readonly Thread _thread;

    public ReactorThread()
    {
        _thread = new Thread(() => _reactor.Run(installSignalHandlers: false));
        _thread.Start();
    }

    /// <summary>Does something in the reactor's thread and gives its result.</summary>
    public T Call<T>(Func<AsyncSelectorReactor, T> call) => _reactor.BlockingCallFromThread(() => call(_reactor));

    public void Dispose()
    {
        _reactor.CallFromThread(_reactor.Stop);
        _thread.Join();
        _reactor.Dispose();
    }
}
