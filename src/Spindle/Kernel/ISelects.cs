namespace Spindle.Kernel;

/// <summary>pselect(2): waits on bitmaps of descriptors.</summary>
internal interface ISelects
{
    /// <summary>Waits. EINTR is reported, not retried. One closed descriptor in a map fails the call with EBADF.</summary>
    /// <param name="count">One more than the highest descriptor; the maps have at least this many bits.</param>
    /// <param name="read">Asked for and, on return, ready for reading.</param>
    /// <param name="write">The same for writing.</param>
    /// <param name="timeoutNanoseconds">Zero polls; negative waits without end. Never ends early.</param>
    /// <returns>How many bits are set, or -errno.</returns>
    int Wait(int count, Span<ulong> read, Span<ulong> write, long timeoutNanoseconds);
}
