namespace Spindle.Bench.Tls;

/// <inheritdoc cref="IConnection"/>
internal sealed class SpindleConnection : Protocol, IConnection, IPullProducer
{
    private static readonly byte[] Piece = new byte[Server.PieceSize];

    private readonly TaskCompletionSource<SpindleConnection> _opened = new();
    private readonly byte[] _ping = Server.Ping();
    private TaskCompletionSource? _done;
    private TaskCompletionSource? _closed;
    private long _toSend;
    private int _expected;
    private int _pings;

    public Task<SpindleConnection> Opened => _opened.Task;

    public void Fail(Exception reason) => _opened.TrySetException(reason);

    public override void ConnectionMade()
    {
        Transport.FindAbility<ITcpTransport>()!.TcpNoDelay = true;
        _opened.TrySetResult(this);
    }

    public Task PingOnceAndCloseAsync()
    {
        _closed = new TaskCompletionSource();
        _pings = 1;
        _expected = 1;
        Transport.Write(_ping.AsSpan(0, 1));
        return _closed.Task;
    }

    public Task PingAsync(int count)
    {
        _done = new TaskCompletionSource();
        _pings = count;
        _expected = _ping.Length;
        Transport.Write(_ping);
        return _done.Task;
    }

    public Task SendAsync(long count)
    {
        _done = new TaskCompletionSource();
        _pings = 1;
        _expected = 1;
        _toSend = count;
        Transport.Write(Server.Announce(count));
        Transport.RegisterProducer(this, streaming: false);
        return _done.Task;
    }

    public void ResumeProducing()
    {
        int count = (int)Math.Min(_toSend, Piece.Length);
        _toSend -= count;
        Transport.Write(Piece.AsSpan(0, count));
        if (_toSend == 0)
        {
            Transport.UnregisterProducer();
        }
    }

    public void StopProducing()
    {
        // ConnectionLost tells it.
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _expected -= data.Length;
        if (_expected > 0)
        {
            return;
        }

        if (--_pings > 0)
        {
            _expected = _ping.Length;
            Transport.Write(_ping);
        }
        else if (_closed is not null)
        {
            Transport.LoseConnection();
        }
        else
        {
            _done?.TrySetResult();
        }
    }

    public override void ConnectionLost(Exception reason)
    {
        if (reason is ConnectionDoneException)
        {
            _closed?.TrySetResult();
        }

        _opened.TrySetException(reason);
        _closed?.TrySetException(reason);
        _done?.TrySetException(reason);
    }
}
