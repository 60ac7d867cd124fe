using System.Diagnostics;
using Spindle.Loops;

namespace Spindle.Bench;

/// <summary>What is done to the timers.</summary>
internal sealed class Jobs : IDisposable
{
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(2);

    private readonly AsyncSelectorReactor _reactor = new();
    private readonly bool _isShuffled;
    private readonly Action _fire; // One for all, as in C.
    private DelayedCall[] _calls = [];
    private int _left;
    private TimeSpan _firedAt;
    private ulong _random = 1;

    // Of all threads: what the collector and the compiler do beside counts too.
    private static TimeSpan CpuTime => Environment.CpuUsage.TotalTime;

    public Jobs(bool isShuffled)
    {
        _isShuffled = isShuffled;
        _fire = Fire;
    }

    /// <summary>Runs many passes, small and large, as a server does, until all is compiled as it stays.</summary>
    public void WarmUp()
    {
        for (int pass = 0; pass < 3000; pass++)
        {
            _calls = new DelayedCall[pass % 10 == 0 ? 5000 : 50];
            Schedule(TimeSpan.FromMicroseconds(50));
            Cancel();
            while (_reactor.GetDelayedCalls().Count > 0)
            {
                _reactor.Iterate();
            }

            if (pass % 1000 == 999)
            {
                Thread.Sleep(300); // The compiler works in the background.
            }
        }
    }

    public string Measure(int count)
    {
        _calls = new DelayedCall[count];
        TimeSpan start = default, scheduled = default, cancelled = default, due = default;
        _reactor.CallLater(TimeSpan.Zero, () =>
        {
            start = CpuTime;
            Schedule(Spread);
            scheduled = CpuTime;
            long last = Stopwatch.GetTimestamp();
            Cancel();
            cancelled = CpuTime;
            while (Stopwatch.GetElapsedTime(last) < Spread + TimeSpan.FromMilliseconds(10))
            {
                Thread.Sleep(10);
            }

            due = CpuTime;
        });
        _left = count / 2;

        // The first turn runs the above, the second finds all of them due.
        _reactor.Iterate();
        _reactor.Iterate();
        if (_left != 0 || _reactor.GetDelayedCalls().Count != 0)
        {
            throw new InvalidOperationException($"{_left} timers have not fired.");
        }

        return $"{Nanoseconds(scheduled - start)} {Nanoseconds(cancelled - scheduled)} {Nanoseconds(_firedAt - due)}";
    }

    public void Dispose() => _reactor.Dispose();

    private static long Nanoseconds(TimeSpan time) => (long)time.TotalNanoseconds;

    private void Schedule(TimeSpan spread)
    {
        for (int i = 0; i < _calls.Length; i++)
        {
            _calls[i] = _reactor.CallLater(NextDelay(spread), _fire);
        }
    }

    private void Cancel()
    {
        for (int i = 0; i < _calls.Length; i += 2)
        {
            _calls[i].Cancel();
        }
    }

    private TimeSpan NextDelay(TimeSpan spread)
    {
        if (!_isShuffled)
        {
            return spread;
        }

        // Whole milliseconds when the spread is seconds, as libuv has them.
        _random = (_random * 6364136223846793005) + 1442695040888963407;
        return (1 + (long)((_random >> 33) % 2000)) * (spread / 2000);
    }

    private void Fire()
    {
        if (--_left == 0)
        {
            _firedAt = CpuTime;
        }
    }
}
