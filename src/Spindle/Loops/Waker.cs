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

    /// <summary>Makes the descriptor readable. A full counter wakes already (LOOP-35).</summary>
    /// <returns>False if the loop does not wake of it.</returns>
    public bool Wake()
    {
        lock (_lock)
        {
            return !_isClosed && _kernel.EventFds.Signal(Fd) == 0;
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
