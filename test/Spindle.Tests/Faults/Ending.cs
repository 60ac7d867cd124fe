namespace Spindle.Tests.Faults;

/// <summary>How the exchange of a <see cref="FaultScenario"/> ends.</summary>
public enum Ending
{
    /// <summary>The client closes its writing side; the server answers and closes.</summary>
    HalfClose,

    /// <summary>The server answers and closes, with the answer under way and the client's side open.</summary>
    Close,

    /// <summary>The server aborts in the middle of what the client sends.</summary>
    Abort,
}
