using Spindle.Endpoints;

namespace Spindle.Tool;

/// <summary>The client's side of a relay: reads nothing until the connection to the other side is there.</summary>
internal sealed class RelayFront(AsyncSelectorReactor reactor, IStreamClientEndpoint target, RelayResult result) : RelaySide(reactor)
{
    private readonly AsyncSelectorReactor _reactor = reactor;
    private Action? _giveUp; // Set while the other side is being connected.

    public override void ConnectionMade()
    {
        base.ConnectionMade();
        Transport.PauseProducing();
        _reactor.Spawn(ConnectAsync);
    }

    public override void ConnectionLost(Exception reason)
    {
        _giveUp?.Invoke();
        base.ConnectionLost(reason);
    }

    private async Task ConnectAsync()
    {
        if (!IsConnected)
        {
            return;
        }

        RelaySide back = new(_reactor);
        using CancellationTokenSource gone = new();
        _giveUp = gone.Cancel;
        try
        {
            await target.ConnectAsync(Factory.For(_ => back), gone.Token).ConfigureAwait(true);
        }
        catch (ConnectingCancelledException)
        {
            return;
        }
        catch (SpindleException failure)
        {
            await result.RefusedAsync(failure).ConfigureAwait(true);
            Transport.AbortConnection();
            return;
        }
        finally
        {
            _giveUp = null;
        }

        if (!IsConnected)
        {
            back.Transport.AbortConnection();
            return;
        }

        Join(this, back);
        Transport.ResumeProducing();
    }
}
