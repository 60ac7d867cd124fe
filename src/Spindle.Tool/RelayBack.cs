namespace Spindle.Tool;

/// <summary>The other side of a relay, away from the client.</summary>
internal sealed class RelayBack(AsyncSelectorReactor reactor, RelayResult result) : RelaySide(reactor)
{
    public override void ConnectionLost(Exception reason)
    {
        if (reason is ProcessTerminatedException { ExitCode: { } code })
        {
            result.Exited(code);
        }

        base.ConnectionLost(reason);
    }
}
