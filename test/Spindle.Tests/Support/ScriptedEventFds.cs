using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>Counts a loop's wake-ups, and may fail instead. Thread: any.</summary>
internal sealed class ScriptedEventFds(IKernel real) : IEventFds
{
    private int _signals;

    /// <summary>How many wake-ups were asked for.</summary>
    public int Signals => Volatile.Read(ref _signals);

    /// <summary>The counter that was made last.</summary>
    public int Created { get; private set; } = -1;

    /// <summary>What making a counter gives instead of one, when it is not zero.</summary>
    public int CreateResult { get; set; }

    /// <summary>What a wake-up gives after it was made.</summary>
    public int SignalResult { get; set; }

    public int Create() => Created = CreateResult != 0 ? CreateResult : real.EventFds.Create();

    public int Signal(int fd)
    {
        Interlocked.Increment(ref _signals);
        int result = real.EventFds.Signal(fd);
        return SignalResult != 0 ? SignalResult : result;
    }

    public int Drain(int fd) => real.EventFds.Drain(fd);
}
