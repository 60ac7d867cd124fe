using System.Net;

namespace Spindle.Tests.Testing;

/// <summary>Keeps what it hears, and does in each callback what the test has put there. For ports and for connectors.</summary>
internal sealed class RecordingFactory(Func<RecordingProtocol?>? build = null, List<string>? journal = null) : ClientFactory, ILoggingContext
{
    public string Name { get; init; } = "factory";

    public string LogPrefix => OnLogPrefix?.Invoke() ?? Name;

    /// <summary>What happened, in order; several objects may share one.</summary>
    public List<string> Journal { get; } = journal ?? [];

    public List<RecordingProtocol> Built { get; } = [];

    public List<EndPoint> Addresses { get; } = [];

    public int Starts { get; private set; }

    public int Stops { get; private set; }

    /// <summary>Why attempts failed.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>Why connections ended.</summary>
    public List<Exception> Losses { get; } = [];

    public Action? OnStart { get; set; }

    public Action? OnStop { get; set; }

    public Action<EndPoint>? OnBuild { get; set; }

    public Action<IConnector>? OnStartedConnecting { get; set; }

    public Action<IConnector>? OnFailed { get; set; }

    public Action<IConnector>? OnLost { get; set; }

    public Func<string>? OnLogPrefix { get; set; }

    public override void StartFactory()
    {
        Journal.Add("start factory");
        OnStart?.Invoke();
        Starts++;
    }

    public override void StopFactory()
    {
        Stops++;
        Journal.Add("stop factory");
        OnStop?.Invoke();
    }

    public override void StartedConnecting(IConnector connector)
    {
        Journal.Add("started connecting");
        OnStartedConnecting?.Invoke(connector);
    }

    public override void ClientConnectionFailed(IConnector connector, Exception reason)
    {
        Failures.Add(reason);
        Journal.Add("connection failed");
        OnFailed?.Invoke(connector);
    }

    public override void ClientConnectionLost(IConnector connector, Exception reason)
    {
        Losses.Add(reason);
        Journal.Add("connection lost");
        OnLost?.Invoke(connector);
    }

    protected override IProtocol? CreateProtocol(EndPoint address)
    {
        Addresses.Add(address);
        Journal.Add("build protocol");
        OnBuild?.Invoke(address);
        RecordingProtocol? protocol = build is null ? new RecordingProtocol() : build();
        if (protocol is not null)
        {
            Built.Add(protocol);
        }

        return protocol;
    }
}
