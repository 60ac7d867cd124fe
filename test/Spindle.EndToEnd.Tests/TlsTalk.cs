using System.Security.Cryptography.X509Certificates;
using System.Text;
using Spindle.Tls;

namespace Spindle.EndToEnd.Tests;

/// <summary>One end of a TLS connection in this process: keeps what it hears. As a server it answers each line with itself.</summary>
internal sealed class TlsTalk(bool isServer, string hello = "") : LineReceiver, ITlsHandshakeListener
{
    private readonly TaskCompletionSource<(TlsSessionInfo Session, X509Certificate2? Peer)> _shaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the handshake has agreed on; fails with the reason if there was none.</summary>
    public Task<(TlsSessionInfo Session, X509Certificate2? Peer)> Shaken => _shaken.Task;

    /// <summary>The first line.</summary>
    public Task<string> Line => _line.Task;

    /// <summary>Why it ended.</summary>
    public Task<Exception> Lost => _lost.Task;

    public override void ConnectionMade()
    {
        Delimiter = "\n"u8;
        if (hello.Length > 0)
        {
            SendLine(hello);
        }
    }

    public void HandshakeCompleted()
    {
        ITlsTransport tls = Transport.FindAbility<ITlsTransport>()!;
        _shaken.TrySetResult((tls.TlsSession!, tls.GetPeerCertificate()));
    }

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        _line.TrySetResult(Encoding.ASCII.GetString(line));
        if (isServer)
        {
            SendLine(line);
        }
        else
        {
            Transport.LoseConnection();
        }
    }

    public override void ConnectionLost(Exception reason)
    {
        _shaken.TrySetException(reason);
        _line.TrySetException(reason);
        _ = (_shaken.Task.Exception, _line.Task.Exception);
        _lost.TrySetResult(reason);
    }
}
