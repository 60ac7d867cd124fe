namespace Spindle.Testing;

/// <content>Threads.</content>
public sealed partial class MemoryReactor : IReactorThreads
{
    /// <summary>The pool; the test decides when its calls are made.</summary>
    public MemoryThreadPool Threads { get; } = new();

    /// <summary>Keeps the call in <see cref="Threads"/>.</summary>
    /// <inheritdoc cref="IReactorInThreads.CallInThread"/>
    public void CallInThread(Action call) => Threads.CallInThread(call);

    /// <inheritdoc/>
    public void SuggestThreadPoolSize(int size) => Threads.AdjustPoolSize(Threads.Min, size);

    IReactorThreadPool IReactorThreads.GetThreadPool() => Threads;
}
