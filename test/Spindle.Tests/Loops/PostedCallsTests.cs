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
}
