using System.Net;

namespace Spindle.Tests.Testing;

/// <summary>Sends a datagram to a server for each that comes back, four times so many rounds, then stops the reactor. All but the first quarter are measured.</summary>
internal sealed class PingDatagrams(AsyncSelectorReactor reactor, int rounds, int underWay = 1) : DatagramProtocol
{
    private long _before;
    private int _count;

    public EndPoint? Server { get; set; }

    /// <summary>Bytes that the thread allocated in the quarter that needed the fewest: the runtime allocates on it, too, when it gets to a better version of a method.</summary>
    public long Allocated { get; private set; } = long.MaxValue;

    public override void StartProtocol()
    {
        for (int i = 0; i < underWay; i++)
        {
            Transport.Write("ping"u8, Server);
        }
    }

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        _count++;
        if (_count % rounds == 0)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            Allocated = _count > rounds ? Math.Min(Allocated, now - _before) : Allocated;
            _before = now;
        }

        if (_count == 4 * rounds)
        {
            reactor.Stop();
        }
        else
        {
            Transport.Write(data, address);
        }
    }
}
