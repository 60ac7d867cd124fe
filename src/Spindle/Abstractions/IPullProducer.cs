namespace Spindle;

/// <summary>Makes data on demand: writes some each time it is resumed.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IPullProducer
{
    /// <summary>Write some data; a push producer: write on until paused.</summary>
    void ResumeProducing();

    /// <summary>The consumer is gone: stop for good.</summary>
    void StopProducing();
}
