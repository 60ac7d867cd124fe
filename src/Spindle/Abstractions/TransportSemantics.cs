namespace Spindle;

/// <summary>What an address is wanted for.</summary>
public enum TransportSemantics
{
    /// <summary>A stream.</summary>
    Tcp,

    /// <summary>Datagrams.</summary>
    Udp,
}
