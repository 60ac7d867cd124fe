using System.Net;
using Spindle;

/// <summary>Connects, and connects again, sooner or later: after 2 s, 4 s, 8 s and so on, up to a minute.</summary>
internal sealed class HeartbeatFactory : ReconnectingClientFactory
{
    private readonly IReactorTime _reactor;

    public HeartbeatFactory(IReactorTime reactor)
    {
        _reactor = reactor;
        Factor = 2;
        MaxDelay = TimeSpan.FromMinutes(1);
    }

    public override void ClientConnectionFailed(IConnector connector, Exception reason)
    {
        base.ClientConnectionFailed(connector, reason);
        Report("no connection", reason);
    }

    public override void ClientConnectionLost(IConnector connector, Exception reason)
    {
        base.ClientConnectionLost(connector, reason);
        Report("connection lost", reason);
    }

    protected override IProtocol CreateProtocol(EndPoint address) => new Heartbeat(_reactor, this);

    private void Report(string what, Exception reason) =>
        Console.WriteLine(IsTrying ? $"{what} ({reason.Message}); again in {Delay.TotalSeconds:0.0} s" : $"{what} ({reason.Message})");
}
