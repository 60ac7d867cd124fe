using Spindle;

/// <summary>All that comes until the peer closes, as a task.</summary>
internal sealed class Download : Protocol
{
    private readonly MemoryStream _bytes = new();
    private readonly TaskCompletionSource<byte[]> _content = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<byte[]> Content => _content.Task;

    public override void DataReceived(ReadOnlySpan<byte> data) => _bytes.Write(data);

    public override void ConnectionLost(Exception reason)
    {
        if (reason is ConnectionDoneException)
        {
            _content.SetResult(_bytes.ToArray());
        }
        else
        {
            _content.SetException(reason);
        }
    }
}
