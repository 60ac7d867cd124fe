using System.Net;
using Spindle.Policies;

namespace Spindle.Tool;

/// <summary>One client of a relay of datagrams: its port to the other side, closed when nothing has come or gone for a while.</summary>
internal sealed class RelayClient : DatagramProtocol
{
    private const int MaxWaiting = 64;

    private readonly RelayDatagrams _front;
    private readonly Queue<byte[]> _waiting = []; // Until the other side's name is looked up.
    private readonly IdleTimeout _idle;
    private bool _isOpen;
    private bool _isClosed;

    public RelayClient(RelayDatagrams front, EndPoint address, AsyncSelectorReactor reactor, TimeSpan idle)
    {
        _front = front;
        Address = address;
        _idle = new IdleTimeout(reactor, Close);
        _idle.Set(idle);
    }

    public EndPoint Address { get; }

    /// <summary>Passes a client's datagram on.</summary>
    public void Forward(ReadOnlySpan<byte> data)
    {
        _idle.Reset();
        if (_isOpen)
        {
            Transport.Write(data);
        }
        else if (_waiting.Count < MaxWaiting)
        {
            _waiting.Enqueue(data.ToArray());
        }
    }

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        _idle.Reset();
        _front.Answer(data, Address);
    }

    public override void ConnectionRefused()
    {
        // A UNIX socket that has lost its peer stays without one; the next datagram gets another.
        if (Transport.GetHost() is UnixAddress)
        {
            Close();
        }
    }

    public override void StopProtocol()
    {
        _isOpen = false;
        Close();
    }

    /// <summary>The port is connected: what has waited goes out.</summary>
    public void Open()
    {
        if (_isClosed)
        {
            Close();
            return;
        }

        _isOpen = true;
        while (_waiting.TryDequeue(out byte[]? data))
        {
            Transport.Write(data);
        }
    }

    /// <summary>Closes the port, now or as soon as there is one.</summary>
    public void Close()
    {
        _isClosed = true;
        _idle.Cancel();
        _front.Forget(this);
        if (IsConnected)
        {
            _ = Transport.StopListening();
        }
    }
}
