namespace Spindle.Kernel;

/// <summary>ppoll(2): waits on a list of descriptors that is handed over anew each time.</summary>
internal interface IPolls
{
    /// <summary>Waits. EINTR is reported, not retried.</summary>
    /// <param name="fds">What to wait for; the kernel fills in <see cref="PollFd.Returned"/>.</param>
    /// <param name="timeoutNanoseconds">Zero polls; negative waits without end. Never ends early.</param>
    /// <returns>How many entries have something to report, or -errno.</returns>
    int Wait(Span<PollFd> fds, long timeoutNanoseconds);
}
