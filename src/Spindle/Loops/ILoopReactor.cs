namespace Spindle.Loops;

/// <summary>What a loop knows of the reactor that runs on it.</summary>
internal interface ILoopReactor
{
    /// <summary>The loop has been stopped, by whomever. Must not throw.</summary>
    void LoopEnded();
}
