using System.Buffers;
using System.Net;

namespace Spindle.Testing;

/// <summary>A port for datagrams of a <see cref="MemoryReactor"/>: keeps what is written, and the test decides what comes.</summary>
/// <remarks>
/// <para>It refuses what a real port refuses. What a protocol throws comes out of <see cref="Receive"/>, where a reactor would log it.</para>
/// <para>Thread: one; it has none of its own.</para>
/// </remarks>
public abstract class MemoryDatagramPort : IDatagramTransport
{
    private readonly List<MemoryDatagram> _written = [];
    private readonly EndPoint _address;

    private protected MemoryDatagramPort(IDatagramProtocol protocol, EndPoint address, int maxPacketSize)
    {
        Protocol = protocol;
        _address = address;
        MaxPacketSize = maxPacketSize;
    }

    /// <summary>The protocol.</summary>
    public IDatagramProtocol Protocol { get; }

    /// <summary>To how many bytes a datagram that comes is cut.</summary>
    public int MaxPacketSize { get; }

    /// <summary>Whether it listens.</summary>
    public bool IsListening { get; private set; }

    /// <summary>What was written and not taken, in order.</summary>
    public IReadOnlyList<MemoryDatagram> Written => _written;

    /// <summary>Always zero: nothing is lost here.</summary>
    public long DroppedDatagrams => 0;

    /// <summary>What it is connected to, or null.</summary>
    public EndPoint? Destination { get; private protected set; }

    private protected abstract int MaxLength { get; }

    /// <summary>Connects the protocol, which is thereby started.</summary>
    /// <exception cref="InvalidOperationException">It listens already.</exception>
    public void StartListening()
    {
        if (IsListening)
        {
            throw new InvalidOperationException("The port listens already.");
        }

        IsListening = true;
        try
        {
            Protocol.MakeConnection(this);
        }
        catch
        {
            IsListening = false;
            throw;
        }
    }

    /// <summary>Stops the protocol, within the call.</summary>
    /// <returns>Done already; what the protocol's stop threw is in it.</returns>
    public Task StopListening()
    {
        if (!IsListening)
        {
            return Task.CompletedTask;
        }

        IsListening = false;
        try
        {
            Protocol.DoStop();
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }

        return Task.CompletedTask;
    }

    /// <summary>The address; if port 0 was asked for, with one that the reactor made up.</summary>
    public EndPoint GetHost() => _address;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data) => Write(data, address: null);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data, EndPoint? address) => _ = WriteNow(data, address);

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data, EndPoint? address) => _ = WriteNow(data.ToArray(), address);

    /// <inheritdoc/>
    public int WriteNow(ReadOnlySpan<byte> data, EndPoint? address = null)
    {
        if (!IsListening)
        {
            return 0;
        }

        if (data.Length > MaxLength)
        {
            throw new MessageLengthException($"{data.Length} bytes, and a datagram has at most {MaxLength}");
        }

        if (Destination is null)
        {
            CheckAddress(address ?? throw new InvalidOperationException("An address is missing; only a connected port can do without."));
        }
        else if (address is not null && !address.Equals(Destination))
        {
            throw new InvalidOperationException($"The port is connected to {Destination} and cannot send to {address}.");
        }

        _written.Add(new MemoryDatagram(data.ToArray(), Destination ?? address!));
        return data.Length;
    }

    /// <summary>Takes the oldest datagram that was written.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public MemoryDatagram Take()
    {
        if (_written.Count == 0)
        {
            throw new InvalidOperationException("No datagram was written.");
        }

        MemoryDatagram first = _written[0];
        _written.RemoveAt(0);
        return first;
    }

    /// <summary>Has a datagram come.</summary>
    /// <param name="data">The datagram; cut to <see cref="MaxPacketSize"/>.</param>
    /// <param name="sender">Who sends it. A connected port hears its other end only: what comes from elsewhere is dropped, as by the kernel.</param>
    /// <exception cref="InvalidOperationException">The port does not listen.</exception>
    public void Receive(ReadOnlySpan<byte> data, EndPoint sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        EnsureListening();
        if (Destination is null || sender.Equals(Destination))
        {
            Protocol.DatagramReceived(data[..Math.Min(data.Length, MaxPacketSize)], sender);
        }
    }

    /// <summary>
    /// Takes what was written until now and has it come at another port, from <see cref="GetHost"/>; a port that is bound to every
    /// address sends from the loopback one. Where it was sent to does not matter.
    /// </summary>
    /// <param name="other">The other port; of this reactor or another.</param>
    /// <returns>How many datagrams there were.</returns>
    /// <exception cref="InvalidOperationException">The other port does not listen; nothing is taken.</exception>
    public int DeliverTo(MemoryDatagramPort other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.EnsureListening();
        EndPoint sender = _address switch
        {
            IPEndPoint ip when ip.Address.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, ip.Port),
            IPEndPoint ip when ip.Address.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, ip.Port),
            _ => _address,
        };
        int count = _written.Count; // What is written meanwhile is for the next time.
        for (int i = 0; i < count; i++)
        {
            other.Receive(Take().Data.Span, sender);
        }

        return count;
    }

    /// <summary>Has the kernel report that nobody listens where an earlier datagram went.</summary>
    /// <exception cref="InvalidOperationException">The port does not listen, or is not connected: then nobody is told.</exception>
    public void Refuse()
    {
        EnsureListening();
        if (Destination is null)
        {
            throw new InvalidOperationException("The port is not connected, and hears of no refusal.");
        }

        Protocol.ConnectionRefused();
    }

    private protected abstract void CheckAddress(EndPoint address);

    private void EnsureListening()
    {
        if (!IsListening)
        {
            throw new InvalidOperationException("The port does not listen.");
        }
    }
}
