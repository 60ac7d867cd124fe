using System.Net;

namespace Spindle.Tests.Testing;

/// <summary>Sends a datagram to a server for each that comes back, twice so many rounds, then stops the reactor; the second half is measured.</summary>
internal sealed class PingDatagrams(AsyncSelectorReactor reactor, int rounds) : DatagramProtocol
{
    private long _before;
    private int _count;

    public EndPoint? Server { get; set; }

    /// <summary>Bytes that the thread allocated in the second half.</summary>
    public long Allocated { get; private set; }

    public override void StartProtocol() => Transport.Write("ping"u8, Server);

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        _count++;
        if (_count == rounds)
        {
            _before = GC.GetAllocatedBytesForCurrentThread();
        }

        if (_count == 2 * rounds)
        {
            Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
            reactor.Stop();
        }
        else
        {
            Transport.Write(data, address);
        }
    }
}
