using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Streams;

/// <summary>One end of a pipe, or the master side of a terminal: whatever is read and written and is no socket.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal abstract class PipeEnd : FileDescriptor
{
    private const int MaxPieces = 64;
    private const int MaxReads = 8; // In one turn: a pipe of 64 KiB is emptied, and the others get theirs.

    private int _fd;
    private bool _isAborting;

    protected PipeEnd(IDescriptorHost host, int fd)
        : base(host) => _fd = fd;

    private protected IFiles Files => Host.Kernel.Files;

    public override int Fileno() => _fd;

    /// <summary>Hands on what came, in pieces of at most 8,192 bytes.</summary>
    public override Exception? DoRead()
    {
        Span<byte> buffer = Host.ReceiveBuffer;
        for (int reads = 0; reads < MaxReads; reads++)
        {
            Exception? end = DescriptorIO.Read(Files, _fd, buffer, out int count);
            if (end is not null)
            {
                return end;
            }

            if (count > 0)
            {
                DataReceived(buffer[..count]);
            }

            // A short read has emptied it; and the receiver may have paused or closed it.
            if (count < DescriptorIO.ChunkSize || !IsConnected || !IsReading)
            {
                break;
            }
        }

        return null;
    }

    public override void ConnectionLost(Exception reason)
    {
        if (IsDisconnected)
        {
            return;
        }

        base.ConnectionLost(reason);
        Close();
        Ended(reason);
    }

    private protected virtual void DataReceived(ReadOnlySpan<byte> data)
    {
    }

    /// <summary>Whether it is still to be read.</summary>
    private protected virtual bool IsReading => ReadNumberPlusOne != 0;

    /// <summary>It is closed.</summary>
    private protected abstract void Ended(Exception reason);

    /// <summary>Closes the descriptor.</summary>
    private protected virtual void Release(int fd) => _ = Files.Close(fd);

    private protected override int WriteSomeData(ReadOnlySpan<byte> data) => DescriptorIO.Written(Files.Write(_fd, data));

    private protected override int WriteSomeData(in WriteBuffer buffer)
    {
        Span<IoVector> pieces = stackalloc IoVector[MaxPieces];
        int count = buffer.Gather(pieces, SendLimit, out _);
        return DescriptorIO.Written(Files.WriteVector(_fd, pieces[..count]));
    }

    private protected override Exception WriteFailed(int errno) => DescriptorIO.Lost(errno);

    private protected override void CloseWriteConnection() => ConnectionLost(ConnectionDoneException.Instance);

    private protected override bool TakesWrites => !_isAborting;

    // A pipe knows no reset: the reader finds its end.
    private protected override void Abort(Exception reason)
    {
        if (IsConnected && !_isAborting)
        {
            _isAborting = true;
            StopReading();
            DropPendingData();
            Host.CallSoon(this, _ => ConnectionLost(reason), null);
        }
    }

    private protected override void Disown() => _fd = -1;

    /// <summary>Begins to watch it. When the kernel refuses, nothing has changed.</summary>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    internal void Start()
    {
        Host.AddReader(this);
        Connected();
    }

    /// <summary>Lets go of it without telling anyone: what it belongs to has not come about.</summary>
    internal void Cancel()
    {
        if (IsConnected)
        {
            base.ConnectionLost(ConnectionDoneException.Instance);
        }

        _fd = -1;
    }

    private void Close()
    {
        int fd = _fd;
        if (fd >= 0)
        {
            _fd = -1;
            Release(fd);
        }
    }
}
