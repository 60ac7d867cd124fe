using Spindle.Testing;
using Spindle.Threads;

namespace Spindle.Tests.Testing;

public sealed class MemoryThreadPoolTests
{
    private readonly MemoryReactor _reactor = new();
    private readonly List<string> _heard = [];

    [Fact]
    public void CallInThread_ByHand_WaitsForTheTest()
    {
        _reactor.CallInThread(() => _heard.Add("one"));
        _reactor.CallInThread(() => _reactor.CallInThread(() => _heard.Add("of two")));
        Assert.Empty(_heard);
        Assert.Equal(2, _reactor.Threads.QueueSize);

        Assert.True(_reactor.Threads.RunNext());
        Assert.Equal(["one"], _heard);
        _reactor.Threads.RunAll();

        Assert.Equal(["one", "of two"], _heard);
        Assert.False(_reactor.Threads.RunNext());
    }

    [Fact]
    public async Task DeferToThread_ByHand_IsDoneAfterTheCallAndAnAdvance()
    {
        Task<int> result = _reactor.DeferToThread(() => 7);
        Task failing = _reactor.DeferToThread(() => throw new NotSupportedException("no"));
        _reactor.Threads.RunAll();
        Assert.False(result.IsCompleted);

        _reactor.Advance(TimeSpan.Zero);

        Assert.Equal(7, await result);
        Assert.IsType<NotSupportedException>(failing.Exception!.InnerException);
    }

    [Fact]
    public void CallInThread_AtOnce_IsMadeWithinTheCall()
    {
        _reactor.Threads.RunsAtOnce = true;

        _reactor.CallInThread(() => _heard.Add("call"));

        Assert.Equal(["call"], _heard);
        Assert.Throws<NotSupportedException>(() => _reactor.CallInThread(() => throw new NotSupportedException("no")));
    }

    [Fact]
    public void SuggestThreadPoolSize_Always_IsKept()
    {
        IReactorThreadPool pool = ((IReactorThreads)_reactor).GetThreadPool();
        Assert.Same(_reactor.Threads, pool);

        _reactor.SuggestThreadPoolSize(3);
        Assert.Equal((0, 3), (pool.Min, pool.Max));
        pool.AdjustPoolSize(2, 4);

        Assert.Equal((2, 4), (pool.Min, pool.Max));
        Assert.Throws<ArgumentOutOfRangeException>(() => _reactor.SuggestThreadPoolSize(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.AdjustPoolSize(-1, 1));
    }
}
