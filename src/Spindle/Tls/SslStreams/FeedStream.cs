using System.Threading.Tasks.Sources;

namespace Spindle.Tls.SslStreams;

/// <summary>
/// What an <see cref="System.Net.Security.SslStream"/> reads from and writes to: two buffers. A read that finds nothing stays pending until
/// <see cref="Supply"/>; a write is always complete. A read gets one whole record at the most, so that what is behind the
/// session's end stays here, and only then does a read of the stream above begin that can end.
/// </summary>
/// <remarks>Thread: one at a time.</remarks>
internal sealed class FeedStream : Stream, IValueTaskSource<int>
{
    private const int HeaderSize = 5;
    private const byte FirstType = 20; // ChangeCipherSpec; then come alerts, handshakes, data.
    private const byte AlertType = 21;
    private const byte LastType = 23;
    private const int PlainAlertSize = 2; // An encrypted one is longer.

    private ManualResetValueTaskSourceCore<int> _source; // Its continuations run within Supply.
    private TlsBuffer _input;
    private TlsBuffer _output;
    private Memory<byte> _wanted;
    private int _left; // Bytes of the current record that have not been read.

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a read waits for <see cref="Supply"/>.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Whether the end of the peer's bytes has come.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether a read was told of that end.</summary>
    public bool GaveEnd { get; private set; }

    /// <summary>The last alert that came in plain text; null if none has.</summary>
    public int? PlainAlert { get; private set; }

    /// <summary>How often was written.</summary>
    public int Writes { get; private set; }

    /// <summary>How many bytes wait to be sent.</summary>
    public int PendingOutput => _output.Count;

    /// <summary>What has come and was not read.</summary>
    public ReadOnlySpan<byte> Waiting => _input.Bytes;

    /// <summary>Whether a read would end at once: there is a whole record, what can be none, or the end.</summary>
    public bool CanSupply => HasEnded || _left > 0 || RecordSize() > 0;

    public void Feed(ReadOnlySpan<byte> bytes) => _input.Append(bytes);

    public TlsBuffer TakeOutput() => _output.Move();

    public int TakeInput(Span<byte> bytes) => _input.Take(bytes);

    /// <summary>Ends the read that waits, if it can be. What waits for it goes on within this call.</summary>
    /// <returns>Whether it was.</returns>
    public bool Supply()
    {
        if (!IsWanted || !CanSupply)
        {
            return false;
        }

        IsWanted = false;
        Memory<byte> wanted = _wanted;
        _wanted = default;
        _source.SetResult(Fill(wanted.Span));
        return true;
    }

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        _input.Clear();
        _output.Clear();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (CanSupply)
        {
            return ValueTask.FromResult(Fill(buffer.Span));
        }

        IsWanted = true;
        _wanted = buffer;
        _source.Reset();
        return new ValueTask<int>(this, _source.Version);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Writes++;
        _output.Append(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>The size of the record at the front; zero while it is not whole. What can be no record is as long as it is.</summary>
    private int RecordSize()
    {
        ReadOnlySpan<byte> bytes = _input.Bytes;
        if (bytes.Length == 0)
        {
            return 0;
        }

        if (bytes[0] is < FirstType or > LastType)
        {
            return bytes.Length;
        }

        if (bytes.Length < HeaderSize)
        {
            return 0;
        }

        int size = HeaderSize + ((bytes[3] << 8) | bytes[4]);
        return bytes.Length >= size ? size : 0;
    }

    private int Fill(Span<byte> buffer)
    {
        if (buffer.Length == 0)
        {
            return 0; // It asks whether there is something.
        }

        if (_left == 0)
        {
            _left = RecordSize();
            if (_left == HeaderSize + PlainAlertSize && _input.Bytes[0] == AlertType)
            {
                PlainAlert = _input.Bytes[HeaderSize + 1];
            }
        }

        if (_left == 0)
        {
            _left = _input.Count; // The end, in the middle of a record.
        }

        int count = _input.Take(buffer[..Math.Min(buffer.Length, _left)]);
        _left -= count;
        GaveEnd |= count == 0;
        return count;
    }
}
