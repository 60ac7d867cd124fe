using Spindle.Loops;

namespace Spindle.Names;

/// <summary>One caller's part in a <see cref="Lookup"/>, with a time limit of its own.</summary>
internal sealed class LookupResolution(GetAddrInfoResolver owner, IResolutionReceiver receiver, string name, int port, SelectorEventLoop loop)
    : HostResolution(receiver, name, port, loop.Logger)
{
    private TimerHandle? _timer;

    /// <summary>What it waits for.</summary>
    public Lookup? Lookup { get; set; }

    public void LimitTo(TimeSpan time)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            _timer = loop.CallLater(time, () => Complete([], new DnsLookupException($"{Name}: no answer within {time.TotalSeconds:0.###} s")));
        }
    }

    private protected override void Ended(bool isCancelled)
    {
        _timer?.Cancel();
        owner.Forget(this);
    }
}
