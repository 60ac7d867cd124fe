namespace Spindle.Tests.Testing;

/// <summary>What is to go wrong in a <see cref="FaultKernel"/>, and what was called.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private readonly List<SystemCall> _calls = [];
    private readonly int[] _counts = new int[Enum.GetValues<Operation>().Length];
    private int _turns;
    private volatile bool _isAsleep;

    /// <summary>Called before each wait of a selector; when it gives true the wait does not sleep.</summary>
    public Func<bool>? BeforeWait { get; set; }

    /// <summary>Called once, when a wait is about to sleep.</summary>
    public Action? OnSleep { get; set; }

    /// <summary>While true, nothing fails and nothing is counted.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>How many calls have gone wrong.</summary>
    public int Fired { get; private set; }

    /// <summary>Whether a selector waits now, or is about to.</summary>
    public bool IsAsleep => _isAsleep;

    /// <summary>How many waits have begun.</summary>
    public int Turns => Volatile.Read(ref _turns);

    /// <summary>All calls until now, as a new list.</summary>
    public IReadOnlyList<SystemCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public int Count(Operation operation)
    {
        lock (_lock)
        {
            return _counts[(int)operation];
        }
    }

    public void Add(Fault fault)
    {
        lock (_lock)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Has the next call, or the next few, fail without being made.</summary>
    public void FailNext(Operation operation, int errno, int times = 1) => AddNext(operation, FaultKind.Error, errno, times);

    /// <summary>Has something else happen to the next call, or to the next few.</summary>
    public void AddNext(Operation operation, FaultKind kind, int value = 0, int times = 1) =>
        Add(new Fault(operation, Count(operation) + 1, kind, value, times));

    /// <summary>Nothing goes wrong any more.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    /// <summary>A call is about to be made.</summary>
    /// <returns>What is to go wrong with it, or null.</returns>
    public Fault? Begin(Operation operation)
    {
        lock (_lock)
        {
            if (IsSuspended)
            {
                return null;
            }

            int call = ++_counts[(int)operation];
            Fault? fault = _faults.Find(each => each.Covers(operation, call));
            Fired += fault is null ? 0 : 1;
            return fault;
        }
    }

    /// <summary>A wait is about to be made.</summary>
    /// <returns>How long it may sleep.</returns>
    public long BeginWait(long timeoutNanoseconds)
    {
        Volatile.Write(ref _turns, _turns + 1);
        timeoutNanoseconds = BeforeWait?.Invoke() == true ? 0 : timeoutNanoseconds;
        _isAsleep = timeoutNanoseconds != 0;
        if (_isAsleep && OnSleep is { } onSleep)
        {
            OnSleep = null;
            onSleep();
        }

        return timeoutNanoseconds;
    }

    /// <summary>A call has been made.</summary>
    /// <returns><paramref name="result"/>.</returns>
    public int End(Operation operation, int fd, int result)
    {
        if (operation is Operation.EpollWait or Operation.Poll or Operation.Select)
        {
            _isAsleep = false;
        }

        lock (_lock)
        {
            _calls.Add(new SystemCall(operation, fd, result, _turns));
        }

        return result;
    }
}
