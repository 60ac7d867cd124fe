using Spindle.Loops;

namespace Spindle.Tool;

/// <summary>One of the two connections of a relay: what it receives goes to the other.</summary>
/// <remarks>
/// Each side is the producer of the other, so that a slow reader on one side stops the reading on the other. The end of one
/// direction is passed on when all before it is sent; a reset as a reset. A program has said all when it exits, whatever its exit code. Before the reactor stops, what is being carried is
/// carried to its end: a connection is closed when nothing has come for a second.
/// </remarks>
internal class RelaySide(AsyncSelectorReactor reactor) : Protocol, IHalfCloseable, IFinishing, IPushProducer
{
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(1); // A server may think that long about its answer.

    private RelaySide? _other;
    private DelayedCall? _quiet; // Set once the reactor is about to stop.
    private bool _isHeldBack;
    private bool _isWriteClosing;

    public override void ConnectionMade()
    {
        if (Transport.FindAbility<ITcpTransport>() is { } tcp)
        {
            tcp.TcpNoDelay = true;
        }
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _other!.Transport.Write(data);
        PutOffEnd();
        _other.PutOffEnd();
    }

    public void ReadConnectionLost()
    {
        // A registered producer would hold the half close back; this one has just ended.
        _other!._isWriteClosing = true;
        _other.Transport.UnregisterProducer();
        _other.Transport.LoseWriteConnection();
    }

    public void WriteConnectionLost()
    {
        // A pipe whose reader has gone while the other side still sends.
        if (!_isWriteClosing)
        {
            Transport.LoseConnection();
        }
    }

    public void PauseProducing()
    {
        _isHeldBack = true;
        Transport.PauseProducing();
    }

    public void ResumeProducing()
    {
        _isHeldBack = false;
        Transport.ResumeProducing();
    }

    public void StopProducing()
    {
        // The other side has ended; its ConnectionLost says how.
    }

    public void Finish() => _quiet ??= reactor.CallLater(QuietTime, EndIfQuiet);

    public override void ConnectionLost(Exception reason)
    {
        if (_quiet is { IsActive: true } quiet)
        {
            quiet.Cancel();
        }

        if (_other is null)
        {
            return;
        }

        _other.Transport.UnregisterProducer();
        if (reason is ConnectionDoneException or ProcessTerminatedException { ExitCode: not null })
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
        one.Transport.RegisterProducer(other, streaming: true);
        other.Transport.RegisterProducer(one, streaming: true);
    }

    private void PutOffEnd()
    {
        if (_quiet is { IsActive: true } quiet)
        {
            quiet.Reset(QuietTime);
        }
    }

    private void EndIfQuiet()
    {
        if (_isHeldBack || _other is { _isHeldBack: true })
        {
            _quiet = reactor.CallLater(QuietTime, EndIfQuiet); // A reader is slow, and there is more for it.
            return;
        }

        _other?.Transport.UnregisterProducer();
        Transport.UnregisterProducer();
        Transport.LoseConnection();
    }
}
