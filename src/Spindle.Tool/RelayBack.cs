using Spindle.Tls;

namespace Spindle.Tool;

/// <summary>The other side of a relay, away from the client.</summary>
internal sealed class RelayBack(AsyncSelectorReactor reactor, RelayResult result) : RelaySide(reactor), ITlsHandshakeListener
{
    private readonly AsyncSelectorReactor _reactor = reactor;
    private bool _isShaken;

    public void HandshakeCompleted() => _isShaken = true;

    public override void ConnectionLost(Exception reason)
    {
        if (reason is ProcessTerminatedException { ExitCode: { } code })
        {
            result.Exited(code);
        }
        else if (reason is TlsException failure && !(_isShaken && failure is TlsTruncatedException)) // Many servers end without close_notify.
        {
            _reactor.Spawn(() => result.RefusedAsync(failure)); // It was connected before its handshake: nobody else would say why.
        }

        base.ConnectionLost(reason);
    }
}
