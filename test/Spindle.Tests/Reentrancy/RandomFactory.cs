using System.Net;

namespace Spindle.Tests.Reentrancy;

/// <summary>A factory that does something at random in every callback.</summary>
internal sealed class RandomFactory(RandomCalls calls, string name) : ClientFactory
{
    private int _built;

    public int Starts { get; private set; }

    public int Stops { get; private set; }

    public override void StartFactory()
    {
        calls.Call();
        Starts++;
    }

    public override void StopFactory()
    {
        Stops++;
        calls.Call();
    }

    public override void StartedConnecting(IConnector connector)
    {
        calls.Add(connector);
        calls.Call();
    }

    public override void ClientConnectionFailed(IConnector connector, Exception reason) => Ended(connector);

    public override void ClientConnectionLost(IConnector connector, Exception reason) => Ended(connector);

    protected override IProtocol? CreateProtocol(EndPoint address)
    {
        calls.Call();
        return calls.NewProtocol($"{name}, protocol {_built++}");
    }

    private void Ended(IConnector connector)
    {
        calls.Expect(connector.State == ConnectorState.Disconnected, $"{name} heard of an end while its connector was {connector.State}.");
        calls.Call();
    }
}
