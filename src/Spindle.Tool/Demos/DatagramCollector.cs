using System.Net;

namespace Spindle.Tool.Demos;

/// <summary>Waits for a number of datagrams.</summary>
internal sealed class DatagramCollector(int count) : DatagramProtocol
{
    private readonly List<byte[]> _received = [];
    private readonly TaskCompletionSource<IReadOnlyList<byte[]>> _all = new();

    /// <summary>All of them, when they are there.</summary>
    public Task<IReadOnlyList<byte[]>> Received => _all.Task;

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        _received.Add(data.ToArray());
        if (_received.Count == count)
        {
            _all.TrySetResult(_received);
        }
    }
}
