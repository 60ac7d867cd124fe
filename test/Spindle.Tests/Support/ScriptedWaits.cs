using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>The waits of every selector: writes down how long each was asked for, and may fail instead.</summary>
internal sealed class ScriptedWaits(IKernel real) : IEpolls, IPolls, ISelects
{
    /// <summary>The timeout of each wait, in nanoseconds.</summary>
    public List<long> Timeouts { get; } = [];

    /// <summary>Called before each wait with its timeout.</summary>
    /// <remarks>Null lets the wait go on; a number is its result.</remarks>
    public Func<long, int?>? BeforeWait { get; set; }

    /// <summary>How many epoll sets were made.</summary>
    public int SetsMade { get; private set; }

    /// <summary>What making an epoll set gives instead of one, when it is not zero.</summary>
    public int CreateResult { get; set; }

    public int Create()
    {
        SetsMade++;
        return CreateResult != 0 ? CreateResult : real.Epolls.Create();
    }

    public int Control(int epoll, EpollOperation operation, int fd, uint mask, ulong data) =>
        real.Epolls.Control(epoll, operation, fd, mask, data);

    public int Wait(int epoll, EpollEvents events, long timeoutNanoseconds) =>
        Before(timeoutNanoseconds) ?? real.Epolls.Wait(epoll, events, timeoutNanoseconds);

    public int Wait(Span<PollFd> fds, long timeoutNanoseconds) =>
        Before(timeoutNanoseconds) ?? real.Polls.Wait(fds, timeoutNanoseconds);

    public int Wait(int count, Span<ulong> read, Span<ulong> write, long timeoutNanoseconds) =>
        Before(timeoutNanoseconds) ?? real.Selects.Wait(count, read, write, timeoutNanoseconds);

    private int? Before(long timeoutNanoseconds)
    {
        Timeouts.Add(timeoutNanoseconds);
        return BeforeWait?.Invoke(timeoutNanoseconds);
    }
}
