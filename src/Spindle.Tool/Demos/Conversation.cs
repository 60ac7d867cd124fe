using System.Buffers;

namespace Spindle.Tool.Demos;

/// <summary>One end of a connection for code that awaits what comes.</summary>
internal sealed class Conversation : Protocol, IHalfCloseable
{
    private readonly ArrayBufferWriter<byte> _received = new();
    private readonly TaskCompletionSource<byte[]> _all = new();
    private readonly TaskCompletionSource<byte[]> _enough = new();
    private int _wanted = int.MaxValue;

    /// <summary>All that came until the peer closed its side.</summary>
    public Task<byte[]> All => _all.Task;

    /// <summary>Waits until so many bytes have come.</summary>
    public Task<byte[]> ReceiveAsync(int count)
    {
        _wanted = count;
        CheckEnough();
        return _enough.Task;
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _received.Write(data);
        CheckEnough();
    }

    public void ReadConnectionLost() => _all.TrySetResult(_received.WrittenSpan.ToArray());

    public void WriteConnectionLost()
    {
    }

    public override void ConnectionLost(Exception reason)
    {
        if (reason is ConnectionDoneException)
        {
            _all.TrySetResult(_received.WrittenSpan.ToArray());
        }

        _all.TrySetException(reason);
        _enough.TrySetException(reason);

        // Whoever does not wait for one of them has not missed anything.
        _ = _all.Task.Exception;
        _ = _enough.Task.Exception;
    }

    private void CheckEnough()
    {
        if (_received.WrittenCount >= _wanted)
        {
            _enough.TrySetResult(_received.WrittenSpan.ToArray());
        }
    }
}
