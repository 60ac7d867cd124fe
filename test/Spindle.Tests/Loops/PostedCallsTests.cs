using System.Runtime.CompilerServices;
using Spindle.Loops;

namespace Spindle.Tests.Loops;

public sealed class PostedCallsTests
{
    private readonly PostedCalls _posted = new();
    private readonly ReadyQueue _ready = new();

    [Fact]
    public void TryAdd_LoopIsAwake_NeedsNoWakeUp()
    {
        Assert.True(TryAdd(1, out bool mustWake));
        Assert.False(mustWake);
    }

    [Fact]
    public void TryAdd_LoopIsAsleep_NeedsOneWakeUpForABatch()
    {
        Assert.True(_posted.TrySleep());

        TryAdd(1, out bool first);
        TryAdd(2, out bool second);

        Assert.True(first);
        Assert.False(second);

        _posted.MoveTo(_ready);
        Assert.True(_posted.TrySleep());
        TryAdd(3, out bool third);
        Assert.True(third);
    }

    [Fact]
    public void TrySleep_SomethingCameIn_IsFalse()
    {
        TryAdd(1, out _);
        Assert.False(_posted.TrySleep());

        _posted.MoveTo(_ready);
        Assert.True(_posted.TrySleep());
    }

    [Fact]
    public void MoveTo_Batches_KeepTheirOrder()
    {
        for (int i = 0; i < 9; i++)
        {
            TryAdd(i, out _);
            if (i % 3 == 2)
            {
                _posted.MoveTo(_ready);
            }
        }

        _posted.MoveTo(_ready);
        Assert.Equal(Enumerable.Range(0, 9), Enumerable.Range(0, _ready.Count).Select(_ => (int)_ready.Take().State!));
    }

    [Fact]
    public void MoveTo_OtherThreadsAdd_EachOnesCallsComeOnceAndInOrder()
    {
        const int Threads = 4;
        const int Calls = 50_000;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            for (int i = 0; i < Calls; i++)
            {
                TryAdd((i * Threads) + thread, out _);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        int[] next = new int[Threads];
        for (int taken = 0; taken < Threads * Calls;)
        {
            _posted.MoveTo(_ready);
            for (; _ready.Count > 0; taken++)
            {
                int value = (int)_ready.Take().State!;
                Assert.Equal(next[value % Threads]++, value / Threads);
            }
        }

        Array.ForEach(threads, thread => thread.Join());
        _posted.MoveTo(_ready);
        Assert.Equal(0, _ready.Count);
        Assert.True(_posted.TrySleep());
    }

    [Fact]
    public void MoveTo_AFloodHasPassed_UsesItsMemoryAgainButDoesNotKeepAllOfIt()
    {
        const int Flood = 200_000;
        AddAndMove(Flood);

        Assert.InRange(AddAndMove(20_000), 0, 8_000);
        Assert.InRange(AddAndMove(Flood), 2_000_000, 12_000_000);
    }

    [Fact]
    public void MoveTo_Taken_IsNoLongerHeld()
    {
        WeakReference state = AddAndRun();

        GC.Collect();

        Assert.False(state.IsAlive);
        GC.KeepAlive(_posted);
    }

    [Fact]
    public void Close_SomethingCameIn_DropsItAndRefuses()
    {
        TryAdd(1, out _);
        _posted.TrySleep();

        _posted.Close();

        Assert.False(TryAdd(2, out bool mustWake));
        Assert.False(mustWake);
        _posted.MoveTo(_ready);
        Assert.Equal(0, _ready.Count);
    }

    private bool TryAdd(int value, out bool mustWake) =>
        _posted.TryAdd(new ReadyQueue.Entry((SendOrPostCallback)(_ => { }), value), out mustWake);

    /// <summary>Adds so many and takes them.</summary>
    /// <returns>How many bytes that has allocated.</returns>
    private long AddAndMove(int count)
    {
        ReadyQueue.Entry entry = new((SendOrPostCallback)(_ => { }), null);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
        {
            _posted.TryAdd(entry, out _);
        }

        _posted.MoveTo(_ready);
        while (_ready.Count > 0)
        {
            _ready.Take();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference AddAndRun()
    {
        object state = new();
        _posted.TryAdd(new ReadyQueue.Entry((SendOrPostCallback)(_ => { }), state), out _);
        _posted.MoveTo(_ready);
        _ready.Take();
        return new WeakReference(state);
    }
}
