using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Datagrams;

/// <summary>A bound socket for datagrams.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/udp.py</c>, <c>Port</c>.</para>
/// </remarks>
public abstract partial class DatagramPort : IReadDescriptor, IDatagramTransport, IDisownable, ITurnEnd
{
    // What one readiness reads at the most; what is left is reported again, and the others get their turn.
    private const int MaxBytes = 262_144;
    private const int MaxDatagrams = 256;

    private readonly IDatagramProtocol _protocol;
    private readonly DatagramMemory _memory;
    private readonly EndPointCache _senders;
    private readonly int _maxPacketSize;
    private TaskCompletionSource? _closing;
    private EndPoint? _address;
    private int _fd = -1; // Gone before the port has ended if it was closed behind our back.
    private bool _isListening;

    // Of the last call, for the next one: runs are not known before they have come.
    private int _mostInRun = 1;
    private int _longestRun;

    private protected DatagramPort(IDescriptorHost host, DatagramMemory memory, IDatagramProtocol protocol, int maxPacketSize)
    {
        Host = host;
        _memory = memory;
        _protocol = protocol;
        _maxPacketSize = Math.Min(maxPacketSize, DatagramBlock.Size);
        _senders = new EndPointCache(this);
    }

    /// <inheritdoc/>
    public string LogPrefix => $"{LogNames.Of(_protocol)} ({Kind})";

    ITurnEnd? ITurnEnd.NextAtTurnEnd { get; set; }

    internal IDescriptorHost Host { get; }

    /// <summary>Whether what comes may be runs, datagrams that the kernel has not taken apart.</summary>
    private protected bool ReceivesRuns { get; set; }

    private bool IsReading => _fd >= 0 && _closing is null && !Host.IsShutDown;

    /// <inheritdoc/>
    public int Fileno() => _fd;

    /// <inheritdoc/>
    public EndPoint GetHost()
    {
        Host.EnsureAccess();
        return _address ?? throw new InvalidOperationException("The port has never been bound.");
    }

    /// <inheritdoc/>
    public void StartListening()
    {
        Host.EnsureAccess();
        if (_isListening)
        {
            throw new InvalidOperationException("The port listens already.");
        }

        int fd = CreateSocket();
        bool isProtocolStarted = false;
        try
        {
            _fd = fd;
            ReadAddress();
            Host.LogInformation($"{LogNames.Of(_protocol)} starting on {Describe(_address!)}");
            _isListening = true;
            _maxSegment = null;
            _protocol.MakeConnection(this);
            isProtocolStarted = true;
            if (IsReading)
            {
                Host.AddReader(this);
            }
        }
        catch
        {
            GiveUp(isProtocolStarted);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task StopListening()
    {
        Host.EnsureAccess();
        if (_closing is not null)
        {
            return _closing.Task;
        }

        if (!_isListening)
        {
            return Task.CompletedTask;
        }

        Host.RemoveReader(this);
        Host.AddUnwatched(this);
        TaskCompletionSource closing = _closing = new();
        Host.CallSoon(this, static state => ((DatagramPort)state!).Close(), this);
        return closing.Task;
    }

    /// <summary>Stops listening.</summary>
    [Obsolete("Use StopListening, which tells when the port is closed.")]
    public void LoseConnection() => _ = StopListening();

    /// <summary>Reads what has come and hands it on, each datagram by itself.</summary>
    public Exception? DoRead()
    {
        DatagramBlock block = _memory.TakeForReceiving();
        try
        {
            return Read(block);
        }
        finally
        {
            _memory.ReturnFromReceiving(block);
        }
    }

    /// <summary>The socket is of no use any more.</summary>
    public void ConnectionLost(Exception reason)
    {
        if (!_isListening)
        {
            return;
        }

        _isListening = false;
        Host.RemoveReader(this);
        Host.RemoveUnwatched(this);
        if (reason is DescriptorWentAwayException)
        {
            Host.LogError(this, "The port has ended", reason); // Its protocol cannot be told why.
        }

        Host.LogInformation($"({Kind} Port {Describe(_address!)} Closed)");
        Exception? failure = Host.Guard(this, static protocol => ((IDatagramProtocol)protocol!).DoStop(), _protocol);
        Flush(); // What was written in this turn, the protocol's last words among it.
        CloseSocket();
        Disconnected();
        TaskCompletionSource? closing = _closing;
        _closing = null;
        if (closing is not null)
        {
            LoopTasks.Complete(closing, failure);
        }
    }

    void IDisownable.Disown() => _fd = -1;

    /// <summary>Where it is bound, or that it is not.</summary>
    public override string ToString() =>
        $"<{GetType().Name} of {LogNames.Of(_protocol)} {(_isListening ? "on " + Describe(_address!) : TextOfTheEnd)}>";

    /// <summary>"UDP", for the log.</summary>
    private protected abstract string Kind { get; }

    /// <summary>What the text form says of a port that is closed; the original has a word for each kind.</summary>
    private protected virtual string TextOfTheEnd => "not connected";

    /// <summary>Makes the socket and binds it.</summary>
    /// <exception cref="CannotListenException">It cannot.</exception>
    private protected abstract int CreateSocket();

    /// <summary>Reads an address of this family from the kernel's form.</summary>
    internal abstract EndPoint ToEndPoint(ReadOnlySpan<byte> raw);

    /// <summary>Lays an address of this family out for the kernel.</summary>
    /// <returns>How many bytes were used.</returns>
    internal abstract int WriteAddress(EndPoint address, Span<byte> raw);

    private protected abstract string Describe(EndPoint address);

    /// <summary>It is closed; it may be opened anew.</summary>
    private protected virtual void Disconnected()
    {
    }

    /// <summary>The kernel says anew what this end's address is.</summary>
    private protected void ReadAddress()
    {
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int length = Host.Kernel.Sockets.GetLocalAddress(_fd, raw);
        _address = length >= 0 ? ToEndPoint(raw[..length]) : throw new SystemCallException("getsockname", -length);
    }

    private DescriptorWentAwayException? Read(DatagramBlock block)
    {
        int slots = block.Divide(_maxPacketSize, ReceivesRuns);
        int bytes = 0;
        int datagrams = 0;
        while (IsReading && bytes < MaxBytes && datagrams < MaxDatagrams)
        {
            int wanted = Math.Min(slots, Math.Min(1 + ((MaxDatagrams - datagrams - 1) / _mostInRun), 1 + ((MaxBytes - bytes - 1) / Math.Max(_maxPacketSize, _longestRun))));
            int received = Host.Kernel.Datagrams.Receive(_fd, block, wanted);
            if (received <= 0)
            {
                return ReadFailed(-received);
            }

            _mostInRun = 1;
            _longestRun = 0;
            for (int i = 0; i < received && IsReading; i++)
            {
                bytes += block.Data(i).Length;
                datagrams += Deliver(block, i);
            }

            if (received < wanted)
            {
                break; // That was all; a further call would only say so.
            }
        }

        return null;
    }

    /// <returns>How many datagrams it was: more than one if it was a run.</returns>
    private int Deliver(DatagramBlock block, int index)
    {
        ReadOnlySpan<byte> data = block.Data(index);
        int size = block.ReceivedSegmentSize(index);
        if (data.Length <= size)
        {
            Deliver(data[..Math.Min(data.Length, _maxPacketSize)], _senders.Find(block.Address(index)));
            return 1;
        }

        int count = 0;
        _longestRun = Math.Max(_longestRun, data.Length);
        while (!data.IsEmpty && IsReading)
        {
            ReadOnlySpan<byte> datagram = data[..Math.Min(data.Length, size)];
            data = data[datagram.Length..];
            count++;
            Deliver(datagram[..Math.Min(datagram.Length, _maxPacketSize)], _senders.Find(block.Address(index)));
        }

        _mostInRun = Math.Max(_mostInRun, count);
        return count;
    }

    private void Deliver(ReadOnlySpan<byte> data, EndPoint sender)
    {
        try
        {
            _protocol.DatagramReceived(data, sender);
        }
        catch (Exception exception)
        {
            Host.LogError(this, "DatagramReceived failed", exception);
        }
    }

    private DescriptorWentAwayException? ReadFailed(int errno)
    {
        switch (errno)
        {
            case Errno.EAGAIN or Errno.EINTR:
                return null;
            case Errno.ECONNREFUSED:
                Refused();
                return null;
            case Errno.EHOSTUNREACH or Errno.ENETUNREACH or Errno.EHOSTDOWN or Errno.ENONET or Errno.ENOPROTOOPT or Errno.EOPNOTSUPP or Errno.EPROTO
                or Errno.EACCES or Errno.EMSGSIZE:
                // What a router has said of an earlier datagram; anyone may forge that, and it must not close the port.
                Host.LogInformation($"{LogPrefix}: a datagram did not get there: {Errno.Describe(errno)}");
                return null;
            case Errno.EBADF:
                return new DescriptorWentAwayException();
            default:
                throw new SystemCallException("recvmmsg", errno);
        }
    }

    private void Refused()
    {
        if (Destination is not null && IsReading)
        {
            Host.Guard(this, static protocol => ((IDatagramProtocol)protocol!).ConnectionRefused(), _protocol);
        }
    }

    private void Close()
    {
        if (_closing is not null)
        {
            ConnectionLost(ConnectionDoneException.Instance);
        }
    }

    private void GiveUp(bool isProtocolStarted)
    {
        _isListening = false;
        Host.RemoveUnwatched(this);
        if (isProtocolStarted)
        {
            Host.Guard(this, static protocol => ((IDatagramProtocol)protocol!).DoStop(), _protocol);
        }

        if (_memory.TakeFrom(this) is { } unsent)
        {
            unsent.Clear();
            _memory.ReturnFromSending(unsent);
        }

        CloseSocket();
        Disconnected();
        if (_closing is { } closing)
        {
            _closing = null;
            LoopTasks.Complete(closing, failure: null);
        }
    }

    private void CloseSocket()
    {
        int fd = _fd;
        _fd = -1;
        if (fd >= 0)
        {
            _ = Host.Kernel.Files.Close(fd);
        }
    }
}
