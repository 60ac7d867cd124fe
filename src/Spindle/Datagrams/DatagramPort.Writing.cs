using System.Buffers;
using System.Net;
using Spindle.Kernel;

namespace Spindle.Datagrams;

/// <content>Sending.</content>
public abstract partial class DatagramPort
{
    private int _lastError; // Of sending; the same one again in a row is counted but not logged.
    private bool _isRefused;

    /// <inheritdoc/>
    public long DroppedDatagrams { get; private set; }

    /// <summary>What the port is connected to, or null.</summary>
    private protected EndPoint? Destination { get; set; }

    /// <summary>The longest datagram that there can be.</summary>
    private protected abstract int MaxLength { get; }

    /// <summary>Says whether an address can be sent to from here.</summary>
    /// <exception cref="InvalidAddressException">It cannot.</exception>
    private protected abstract void CheckAddress(EndPoint address);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data) => Write(data, address: null);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data, EndPoint? address)
    {
        Host.EnsureAccess();
        if (_fd >= 0)
        {
            Check(data.Length, address);
            data.CopyTo(Append(data.Length, address));
        }
    }

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data, EndPoint? address)
    {
        Host.EnsureAccess();
        if (_fd >= 0)
        {
            Check(data.Length, address);
            data.CopyTo(Append((int)data.Length, address));
        }
    }

    /// <inheritdoc/>
    public int WriteNow(ReadOnlySpan<byte> data, EndPoint? address = null)
    {
        Host.EnsureAccess();
        if (_fd < 0)
        {
            return 0;
        }

        Check(data.Length, address);
        Flush();
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int length = Destination is null ? WriteAddress(address!, raw) : 0;
        int sent = SendOne(data, raw[..length]);
        if (sent >= 0)
        {
            return sent;
        }

        DroppedDatagrams++;
        return sent switch
        {
            _ when IsFull(sent) || IsRefusal(sent) => 0,
            -Errno.EMSGSIZE => throw new MessageLengthException($"{data.Length} bytes", Errno.EMSGSIZE),
            _ => throw new SystemCallException("sendto", -sent),
        };
    }

    void Loops.ITurnEnd.OnTurnEnd()
    {
        Flush();
        if (_isRefused)
        {
            _isRefused = false;
            Refused();
        }
    }

    /// <summary>Sends what was written in this turn.</summary>
    internal void Flush()
    {
        if (_memory.TakeFrom(this) is not { } block)
        {
            return;
        }

        // Not logged before the block is back: a logger may send datagrams itself.
        int error = _fd >= 0 ? Send(block) : 0;
        block.Clear();
        _memory.ReturnFromSending(block);
        if (error != 0 && error != _lastError)
        {
            Host.LogError(this, "A datagram could not be sent; further ones that fail alike are counted only", new SystemCallException("sendmmsg", error));
        }

        _lastError = error;
    }

    private void Check(long length, EndPoint? address)
    {
        if (length > MaxLength)
        {
            throw new MessageLengthException($"{length} bytes, and a datagram has at most {MaxLength}");
        }

        if (Destination is { } destination)
        {
            if (address is not null && !address.Equals(destination))
            {
                throw new InvalidOperationException($"The port is connected to {destination} and cannot send to {address}.");
            }
        }
        else
        {
            CheckAddress(address ?? throw new InvalidOperationException("An address is missing; only a connected port can do without."));
        }
    }

    private Span<byte> Append(int length, EndPoint? address)
    {
        DatagramBlock block = _memory.ForSending(this, length);
        Span<byte> memory = block.Append(length);
        block.SetAddressLength(Destination is null ? WriteAddress(address!, block.AddressToFill) : 0);
        JoinLast(block);
        Host.CallAtTurnEnd(this);
        return memory;
    }

    /// <returns>The first error for which a datagram was not sent, or zero. A full buffer is none: datagrams are then dropped, as the network would.</returns>
    private int Send(DatagramBlock block)
    {
        int error = 0;
        int first = 0;
        while (first < block.Count)
        {
            int sent = Host.Kernel.Datagrams.Send(_fd, block, first, block.Count - first);
            if (IsRefusal(sent))
            {
                // About an earlier datagram: this one was not sent yet.
                NoteRefusal();
                sent = Host.Kernel.Datagrams.Send(_fd, block, first, block.Count - first);
            }

            bool isRun = block.DatagramsIn(first) > 1;
            switch (sent)
            {
                case > 0:
                    first += sent;
                    break;
                case 0 or -Errno.EAGAIN or -Errno.EBADF:
                case -Errno.ENOBUFS when !isRun:
                    DroppedDatagrams += block.DatagramsFrom(first);
                    return error;
                case < 0 when isRun:
                    int itsError = SendSingly(block, first, sent);
                    error = error == 0 ? itsError : error;
                    first++;
                    break;
                case < 0 when IsRefusal(sent):
                    DroppedDatagrams++;
                    first++;
                    break;
                default:
                    error = error == 0 ? -sent : error;
                    DroppedDatagrams++;
                    first++;
                    break;
            }
        }

        return error;
    }

    private int SendOne(ReadOnlySpan<byte> data, ReadOnlySpan<byte> address)
    {
        int sent = Host.Kernel.Datagrams.SendOne(_fd, data, address);
        if (!IsRefusal(sent))
        {
            return sent;
        }

        NoteRefusal(); // About an earlier datagram, as above.
        return Host.Kernel.Datagrams.SendOne(_fd, data, address);
    }

    private static bool IsFull(int result) => result is -Errno.EAGAIN or -Errno.ENOBUFS;

    // A UNIX socket whose peer is gone is refused once, and has no connection from then on.
    private bool IsRefusal(int result) => result == -Errno.ECONNREFUSED || (result == -Errno.ENOTCONN && Destination is not null);

    // Told at the turn's end: a protocol is not called within its own call.
    private void NoteRefusal()
    {
        _isRefused = true;
        Host.CallAtTurnEnd(this);
    }
}
