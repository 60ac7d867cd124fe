namespace Spindle.Testing;

/// <summary>What a transport was told as a producer.</summary>
public enum ProducerState
{
    /// <summary>To read on; the state at the beginning.</summary>
    Producing,

    /// <summary>To read no more for now.</summary>
    Paused,

    /// <summary>To stop for good.</summary>
    Stopped,
}
