namespace Spindle.Tests.Protocols;

/// <summary>A stream whose reads end when the test says so.</summary>
internal sealed class SlowStream : MemoryStream
{
    private TaskCompletionSource<int> _read = new();
    private Memory<byte> _buffer;

    public int Reads { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        _buffer = buffer;
        return new ValueTask<int>(_read.Task);
    }

    public void Give(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_buffer.Span);
        TaskCompletionSource<int> read = _read;
        _read = new TaskCompletionSource<int>();
        read.SetResult(data.Length);
    }

    public void Fail(Exception failure) => _read.SetException(failure);
}
