namespace Spindle;

/// <summary>Makes data of its own accord, until it is paused.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IPushProducer : IPullProducer
{
    /// <summary>The consumer has more than it can pass on: write nothing until resumed.</summary>
    void PauseProducing();
}
