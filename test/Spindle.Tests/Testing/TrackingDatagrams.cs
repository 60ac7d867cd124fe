using System.Collections.Concurrent;
using System.Net;

namespace Spindle.Tests.Testing;

/// <summary>Sends back what comes, and notes on which thread. For several reactors.</summary>
internal sealed class TrackingDatagrams(ConcurrentBag<int> threads) : DatagramProtocol
{
    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        threads.Add(Environment.CurrentManagedThreadId);
        Transport.Write(data, address);
    }
}
