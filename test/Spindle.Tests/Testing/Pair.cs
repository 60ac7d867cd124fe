namespace Spindle.Tests.Testing;

/// <summary>A connection of which both ends are one reactor's.</summary>
internal sealed record Pair(IListeningPort Port, IConnector Connector, RecordingFactory ServerFactory, RecordingFactory ClientFactory)
{
    public RecordingProtocol Server => ServerFactory.Built[0];

    public RecordingProtocol Client => ClientFactory.Built[0];

    public bool IsOver => Server.LostCount > 0 && Client.LostCount > 0;
}
