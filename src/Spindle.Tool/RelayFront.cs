using Spindle.Endpoints;

namespace Spindle.Tool;

/// <summary>The client's side of a relay: reads nothing until the connection to the other side is there.</summary>
internal sealed class RelayFront(AsyncSelectorReactor reactor, IStreamClientEndpoint target, RelayResult result) : RelaySide(reactor)
{
    private readonly AsyncSelectorReactor _reactor = reactor;
    private Action? _giveUp; // Set while the other side is being connected.
    private RelayTerminal? _terminal;

    public override void ConnectionMade()
    {
        base.ConnectionMade();
        Transport.PauseProducing();
        _reactor.Spawn(ConnectAsync);
    }

    public override void ConnectionLost(Exception reason)
    {
        _giveUp?.Invoke();
        _terminal?.Dispose();
        base.ConnectionLost(reason);
    }

    private async Task ConnectAsync()
    {
        if (!IsConnected)
        {
            return;
        }

        if (!result.TryTake())
        {
            Transport.AbortConnection();
            return;
        }

        RelayBack back = new(_reactor, result);
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
        catch (Exception failure) when (failure is SpindleException or ArgumentException)
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

        if (!back.IsConnected)
        {
            Transport.AbortConnection();
            return;
        }

        Join(this, back);
        result.ConnectedTo(back.Transport);
        _terminal = RelayTerminal.TryJoin(_reactor, Transport, back.Transport);
        Transport.ResumeProducing();
    }
}
