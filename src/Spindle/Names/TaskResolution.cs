using System.Net;
using System.Net.Sockets;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>One look-up of a <see cref="HostnameResolver"/>.</summary>
/// <remarks>Thread: the loop's, but for <see cref="AnswerSoon"/>.</remarks>
internal sealed class TaskResolution(IResolutionReceiver receiver, string name, int port, AddressFamily addressFamily, SelectorEventLoop loop)
    : HostResolution(receiver, name, port, loop.Logger), IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private TimerHandle? _timer;
    private bool _isAnswered;

    public AddressFamily AddressFamily => addressFamily;

    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken Stopped => _stop.Token;

    public void LimitTo(TimeSpan time)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            _timer = loop.CallLater(time, () => Complete([], new DnsLookupException($"{Name}: no answer within {time.TotalSeconds:0.###} s")));
        }
    }

    /// <summary>Brings the answer to the loop. Thread: any.</summary>
    public void AnswerSoon(IPAddress[] addresses, Exception? failure)
    {
        try
        {
            loop.CallSoonThreadSafe(_ => Answer(addresses, failure), null);
        }
        catch (ObjectDisposedException)
        {
            // The loop was closed in the meantime: there is nobody who could be told.
        }
    }

    /// <summary>The task has ended: nobody looks at its token any more.</summary>
    public void Dispose() => _stop.Dispose();

    private protected override void Ended(bool isCancelled)
    {
        _timer?.Cancel();
        if (_isAnswered)
        {
            return;
        }

        try
        {
            _stop.Cancel();
        }
        catch (Exception exception)
        {
            NamesLog.StopFailed(loop.Logger, Name, exception); // What a resolver of the user's registered with the token.
        }
    }

    private void Answer(IPAddress[] addresses, Exception? failure)
    {
        _isAnswered = true;
        Dispose();
        if (IsOver)
        {
            return;
        }

        if (failure is not (null or DnsLookupException))
        {
            NamesLog.ResolverFailed(loop.Logger, Name, failure);
        }

        IPAddress[] wanted = [.. addresses.Where(address => ResolverArguments.IsWanted(address, addressFamily))];
        if (wanted.Length == 0)
        {
            failure ??= new DnsLookupException($"{Name} has no address{(addressFamily == AddressFamily.Unspecified ? "" : $" of {addressFamily}")}");
        }

        Complete(wanted, failure);
    }
}
