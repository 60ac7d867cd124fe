using Spindle.Tls;

namespace Spindle.Tool;

/// <summary>The other side of a relay, away from the client.</summary>
internal sealed class RelayBack(AsyncSelectorReactor reactor, RelayResult result) : RelaySide(reactor)
{
    private readonly AsyncSelectorReactor _reactor = reactor;

    public override void ConnectionLost(Exception reason)
    {
        if (reason is ProcessTerminatedException { ExitCode: { } code })
        {
            result.Exited(code);
        }
        else if (reason is TlsException failure and not TlsTruncatedException)
        {
            _reactor.Spawn(() => result.RefusedAsync(failure)); // It was connected before its handshake: nobody else would say why.
        }

        base.ConnectionLost(reason);
    }
}
