using Spindle.Kernel;

namespace Spindle.Loops;

/// <summary>Wakes a loop that sleeps in its selector: an eventfd that the selector watches.</summary>
/// <remarks>Thread: any for <see cref="Wake"/>; the loop's for the rest.</remarks>
internal sealed class Waker
{
    private readonly IKernel _kernel;
    private readonly Lock _lock = new(); // Between a wake-up and the close: the number may be someone else's afterwards.
    private bool _isClosed;

    public Waker(IKernel kernel)
    {
        _kernel = kernel;
        Fd = kernel.EventFds.Create();
        if (Fd < 0)
        {
            throw new SystemCallException("eventfd", -Fd);
        }
    }

    public int Fd { get; }

    /// <summary>Makes the descriptor readable. A failure is of no use to anyone: a full counter wakes already (LOOP-35).</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                _ = _kernel.EventFds.Signal(Fd);
            }
        }
    }

    public void Drain() => _ = _kernel.EventFds.Drain(Fd);

    public void Close()
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _ = _kernel.Files.Close(Fd);
            }
        }
    }
}
