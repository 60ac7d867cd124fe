using System.Net.Sockets;

namespace Spindle.Bench;

/// <summary>One echoed connection on <see cref="SocketAsyncEventArgs"/>: the cheapest API there is, with no task and no state machine.</summary>
internal sealed class EchoConnection
{
    private readonly Socket _socket;
    private readonly bool _stats;
    private readonly byte[] _buffer = new byte[4096];
    private readonly SocketAsyncEventArgs _receive = new();
    private readonly SocketAsyncEventArgs _send = new();

    public EchoConnection(Socket socket, bool stats)
    {
        _socket = socket;
        _stats = stats;
        _receive.SetBuffer(_buffer);
        _receive.Completed += (_, _) => Received();
        _send.Completed += (_, _) => Sent();
    }

    public void Start() => Receive();

    // Each loop goes on while operations complete at once; otherwise the completion continues it.
    private void Receive()
    {
        while (!_socket.ReceiveAsync(_receive))
        {
            if (!Answer())
            {
                return;
            }
        }
    }

    private void Received()
    {
        if (Answer())
        {
            Receive();
        }
    }

    private void Sent()
    {
        if (SendRest())
        {
            Receive();
        }
    }

    /// <summary>Sends what was received.</summary>
    /// <returns>True if it is all sent; false if the send's completion will go on, or if the connection has ended.</returns>
    private bool Answer()
    {
        int count = _receive.BytesTransferred;
        if (_receive.SocketError != SocketError.Success || count == 0)
        {
            Close();
            return false;
        }

        if (_stats && HeapStats.Asked(_buffer.AsSpan(0, count)))
        {
            HeapStats.Print();
            return true;
        }

        _send.SetBuffer(_buffer, 0, count);
        return !_socket.SendAsync(_send) && SendRest();
    }

    private bool SendRest()
    {
        while (_send.SocketError == SocketError.Success)
        {
            int left = _send.Count - _send.BytesTransferred;
            if (left == 0)
            {
                return true;
            }

            _send.SetBuffer(_send.Offset + _send.BytesTransferred, left);
            if (_socket.SendAsync(_send))
            {
                return false;
            }
        }

        Close();
        return false;
    }

    private void Close()
    {
        _socket.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }
}
