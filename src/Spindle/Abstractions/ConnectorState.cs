namespace Spindle;

/// <summary>What a connector is doing.</summary>
public enum ConnectorState
{
    /// <summary>Nothing.</summary>
    Disconnected,

    /// <summary>There is an attempt.</summary>
    Connecting,

    /// <summary>There is a connection.</summary>
    Connected,
}
