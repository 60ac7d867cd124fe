using Spindle.Loops;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Support;

namespace Spindle.Tests.Policies;

public sealed class IdleTimeoutTests : PolicyTest
{
    private readonly IdleTimeout _timeout;
    private int _expiries;

    public IdleTimeoutTests() => _timeout = new IdleTimeout(Clock, () => _expiries++);

    [Fact, Clause("POL-3")]
    public void Set_NothingHappens_ExpiresOnce()
    {
        Assert.Null(_timeout.Set(Seconds(5)));
        Assert.True(_timeout.IsRunning);

        Clock.Advance(Seconds(4.9));
        Assert.Equal(0, _expiries);
        Clock.Advance(Seconds(0.1));
        Assert.Equal(1, _expiries);
        Assert.False(_timeout.IsRunning);

        Clock.Advance(Seconds(100));
        Assert.Equal(1, _expiries);
        Assert.Empty(Clock.GetDelayedCalls());
    }

    [Fact, Clause("POL-3")]
    public void Reset_Running_BeginsAnew()
    {
        _timeout.Set(Seconds(5));

        for (int i = 0; i < 10; i++)
        {
            Clock.Advance(Seconds(4));
            _timeout.Reset();
        }

        Assert.Equal(0, _expiries);
        Clock.Advance(Seconds(5));
        Assert.Equal(1, _expiries);
    }

    [Fact, Clause("POL-3")]
    public void Reset_NeverSetOrCancelledOrExpired_StartsNothing()
    {
        _timeout.Reset();
        Assert.Empty(Clock.GetDelayedCalls());

        _timeout.Set(Seconds(1));
        _timeout.Cancel();
        _timeout.Reset();
        Assert.Empty(Clock.GetDelayedCalls());

        _timeout.Set(Seconds(1));
        Clock.Advance(Seconds(1));
        _timeout.Reset();
        Assert.Empty(Clock.GetDelayedCalls());
        Assert.Equal(1, _expiries);
    }

    [Fact, Clause("POL-3")]
    public void Set_Again_ReturnsWhatWasSetAndCountsFromNow()
    {
        _timeout.Set(Seconds(10));
        Clock.Advance(Seconds(9));

        Assert.Equal(Seconds(10), _timeout.Set(Seconds(3)));
        Assert.Single(Clock.GetDelayedCalls());
        Clock.Advance(Seconds(2));
        Assert.Equal(Seconds(3), _timeout.Set(Seconds(20)));
        Clock.Advance(Seconds(19));
        Assert.Equal(0, _expiries);
        Clock.Advance(Seconds(1));
        Assert.Equal(1, _expiries);

        // What was set is remembered after the end; to set it again starts again.
        Assert.Equal(Seconds(20), _timeout.Set(Seconds(1)));
        Clock.Advance(Seconds(1));
        Assert.Equal(2, _expiries);
    }

    [Fact, Clause("POL-3")]
    public void Set_Null_Stops()
    {
        _timeout.Set(Seconds(10));

        Assert.Equal(Seconds(10), _timeout.Set(null));

        Assert.Null(_timeout.Period);
        Assert.Empty(Clock.GetDelayedCalls());
        Assert.Null(_timeout.Set(null));
    }

    [Fact, Clause("POL-3")]
    public void Set_TimerIsGoneAlready_IsIgnored()
    {
        _timeout.Set(Seconds(10));
        Assert.Single(Clock.GetDelayedCalls())!.Cancel(); // Somebody tidied up.

        _timeout.Reset();
        Assert.Equal(Seconds(10), _timeout.Set(null));
        _timeout.Set(Seconds(1));
        Assert.Single(Clock.GetDelayedCalls())!.Cancel();
        _timeout.Set(Seconds(2)); // Starts a new one.
        Clock.Advance(Seconds(2));

        Assert.Equal(1, _expiries);
    }

    [Fact, Clause("POL-3")]
    public void Set_Negative_ThrowsAndChangesNothing()
    {
        _timeout.Set(Seconds(2));

        Assert.Throws<ArgumentOutOfRangeException>("period", () => _timeout.Set(Seconds(-1)));

        Assert.Equal(Seconds(2), _timeout.Period);
        Clock.Advance(Seconds(2));
        Assert.Equal(1, _expiries);
    }

    [Fact, Clause("POL-3")]
    public void Expired_SetsItself_GoesOn()
    {
        IdleTimeout? timeout = null;
        int beats = 0;
        timeout = new IdleTimeout(Clock, () =>
        {
            beats++;
            timeout!.Set(Seconds(1));
        });
        timeout.Set(Seconds(1));

        Clock.Pump([Seconds(1), Seconds(1), Seconds(1)]);

        Assert.Equal(3, beats);
        timeout.Cancel();
    }

    [Fact, Clause("POL-3")]
    public void Expired_OfATransport_LosesTheConnection()
    {
        StringTransport transport = new();
        new IdleTimeout(Clock, transport).Set(Seconds(1));

        Clock.Advance(Seconds(1));

        Assert.True(transport.IsDisconnecting);
        Assert.False(transport.IsAborted);
    }

    [Fact, Clause("POL-3")]
    public void Reset_OnEveryRead_NeitherAllocatesNorTouchesTheHeap()
    {
        _timeout.Set(Seconds(5));
        DelayedCall call = Clock.GetDelayedCalls()[0];
        _timeout.Reset();

        long allocated = Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _timeout.Reset();
            }
        });

        Assert.Equal(0, allocated);
        Assert.Same(call, Assert.Single(Clock.GetDelayedCalls()));
    }
}
