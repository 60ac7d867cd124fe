using Spindle.Loops;

namespace Spindle.Descriptors;

/// <summary>Serves descriptors that no selector can wait for, regular files above all: they are always ready, and get their turn once a millisecond.</summary>
/// <param name="callLater">The reactor's.</param>
/// <param name="read">Calls <see cref="IReadDescriptor.DoRead"/> and acts on what it says.</param>
/// <param name="write">The same for writing.</param>
/// <remarks>
/// <para>Nothing is scheduled while it has no members.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>_ContinuousPolling</c> (FD-29 to FD-35); its period of 1e-8 s keeps a CPU busy, ours does not.</para>
/// </remarks>
internal sealed class ContinuousPolling(Func<TimeSpan, Action, DelayedCall> callLater, Action<IReadDescriptor> read, Action<IWriteDescriptor> write)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    private readonly HashSet<IReadDescriptor> _readers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<IWriteDescriptor> _writers = new(ReferenceEqualityComparer.Instance);
    private DelayedCall? _next;
    private bool _isStopped;

    public IReadOnlyCollection<IReadDescriptor> Readers => _readers;

    public IReadOnlyCollection<IWriteDescriptor> Writers => _writers;

    public bool IsReading(IReadDescriptor reader) => _readers.Contains(reader);

    public bool IsWriting(IWriteDescriptor writer) => _writers.Contains(writer);

    public void AddReader(IReadDescriptor reader)
    {
        _readers.Add(reader);
        Schedule();
    }

    public void AddWriter(IWriteDescriptor writer)
    {
        _writers.Add(writer);
        Schedule();
    }

    public void RemoveReader(IReadDescriptor reader)
    {
        _readers.Remove(reader);
        Unschedule();
    }

    public void RemoveWriter(IWriteDescriptor writer)
    {
        _writers.Remove(writer);
        Unschedule();
    }

    /// <summary>Serves nobody from now on; members are kept, and may still come and go.</summary>
    public void Stop()
    {
        _isStopped = true;
        if (_next is { IsActive: true } next)
        {
            next.Cancel();
        }

        _next = null;
    }

    private void Schedule()
    {
        if (!_isStopped)
        {
            _next ??= callLater(Period, RunAll);
        }
    }

    private void Unschedule()
    {
        if (_readers.Count == 0 && _writers.Count == 0 && _next is { IsActive: true } next)
        {
            _next = null;
            next.Cancel();
        }
    }

    private void RunAll()
    {
        // Membership is looked at anew before each call: a member may remove another (FD-31).
        foreach (IReadDescriptor reader in _readers.ToArray())
        {
            if (_readers.Contains(reader))
            {
                read(reader);
            }
        }

        foreach (IWriteDescriptor writer in _writers.ToArray())
        {
            if (_writers.Contains(writer))
            {
                write(writer);
            }
        }

        _next = null;
        if (_readers.Count > 0 || _writers.Count > 0)
        {
            Schedule();
        }
    }
}
