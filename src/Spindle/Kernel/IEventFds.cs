namespace Spindle.Kernel;

/// <summary>eventfd(2): a counter in the kernel, readable while it is not zero.</summary>
internal interface IEventFds
{
    /// <summary>Makes a counter, non-blocking and close-on-exec.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    int Create();

    /// <summary>Adds one. Thread: any.</summary>
    /// <returns>Zero, or -errno. A full counter counts as success: a wake-up is already on its way.</returns>
    int Signal(int fd);

    /// <summary>Sets the counter to zero.</summary>
    /// <returns>Zero, or -errno. A counter that is zero already counts as success.</returns>
    int Drain(int fd);
}
