using System.Net;
using Spindle;

/// <summary>Tries again ten seconds after an attempt has failed.</summary>
internal sealed class PersistentFactory(IReactorTime reactor) : ClientFactory
{
    protected override IProtocol CreateProtocol(EndPoint address) => new Visitor();

    public override void ClientConnectionFailed(IConnector connector, Exception reason) =>
        reactor.CallLater(TimeSpan.FromSeconds(10), connector.Connect);
}
