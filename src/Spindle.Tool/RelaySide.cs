namespace Spindle.Tool;

/// <summary>One of the two connections of a relay: what it receives goes to the other.</summary>
/// <remarks>
/// Each connection is the producer of the other, so that a slow reader on one side stops the reading on the other. The
/// end of one direction is passed on when all before it is sent; a reset as a reset.
/// </remarks>
internal class RelaySide : Protocol, IHalfCloseable
{
    private RelaySide? _other;

    public override void ConnectionMade()
    {
        if (Transport.FindAbility<ITcpTransport>() is { } tcp)
        {
            tcp.TcpNoDelay = true;
        }
    }

    public override void DataReceived(ReadOnlySpan<byte> data) => _other!.Transport.Write(data);

    public void ReadConnectionLost()
    {
        // A registered producer would hold the half close back; this one has just ended.
        _other!.Transport.UnregisterProducer();
        _other.Transport.LoseWriteConnection();
    }

    public void WriteConnectionLost()
    {
    }

    public override void ConnectionLost(Exception reason)
    {
        if (_other is null)
        {
            return;
        }

        _other.Transport.UnregisterProducer();
        if (reason is ConnectionDoneException)
        {
            _other.Transport.LoseConnection();
        }
        else
        {
            _other.Transport.AbortConnection();
        }
    }

    /// <summary>Joins two connections that are both there.</summary>
    public static void Join(RelaySide one, RelaySide other)
    {
        one._other = other;
        other._other = one;
        one.Transport.RegisterProducer(other.Transport, streaming: true);
        other.Transport.RegisterProducer(one.Transport, streaming: true);
    }
}
