namespace Spindle.Kernel;

/// <summary>epoll(7): a set in the kernel of descriptors that are watched.</summary>
internal interface IEpolls
{
    /// <summary>Makes a set, close-on-exec.</summary>
    /// <returns>Its descriptor, or -errno.</returns>
    int Create();

    /// <summary>epoll_ctl(2).</summary>
    /// <returns>Zero, or -errno.</returns>
    int Control(int epoll, EpollOperation operation, int fd, uint mask, ulong data);

    /// <summary>Waits for events. EINTR is reported, not retried.</summary>
    /// <param name="epoll">The set.</param>
    /// <param name="events">Where to put them.</param>
    /// <param name="timeoutNanoseconds">Zero polls; negative waits without end. Never ends early.</param>
    /// <returns>How many, or -errno.</returns>
    int Wait(int epoll, EpollEvents events, long timeoutNanoseconds);
}
