namespace Spindle.EndToEnd.Tests;

/// <summary>A stream whose first write goes out in one piece with something in front, and whose first read comes after the answer to that.</summary>
internal sealed class GluedStream(Stream inner, byte[] front, Func<Task> answer) : Stream
{
    private bool _hasWritten;
    private bool _hasRead;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_hasRead)
        {
            _hasRead = true;
            await answer();
        }

        return await inner.ReadAsync(buffer, cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_hasWritten)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        _hasWritten = true;
        await inner.WriteAsync((byte[])[.. front, .. buffer.Span], cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
