using System.Diagnostics.CodeAnalysis;
using Spindle.Kernel;

namespace Spindle.Selectors;

/// <summary>Waits until one of many descriptors is ready.</summary>
/// <remarks>
/// <para>
/// The contract. A descriptor is registered once, whatever object it comes from, for reading, writing or both. Watching
/// is level triggered: what holds is reported by every wait. Every change is atomic: when the kernel refuses it, the
/// selector is as it was before the call. Hang-ups and errors are reported in every direction that is watched. Regular
/// files and directories are refused with EPERM, closed descriptors with EBADF, by every back-end. A descriptor must be
/// unregistered before it is closed; when that was forgotten and the number is handed out again,
/// <see cref="Modify(int, Interest, object?)"/> and <see cref="Reassert"/> watch the new file, and events of the old one
/// are dropped.
/// </para>
/// <para>A back-end keeps no table: it does what its hooks say, and reports a failure without having changed anything.</para>
/// <para>Thread: one at a time.</para>
/// <para>Source: Python's <c>selectors</c> module, which the original runs on; the differences are in the contract.</para>
/// </remarks>
public abstract class Selector : IDisposable
{
    private readonly SelectorTable _table = new();
    private SelectorMap? _map;
    private ReadyKey[] _ready = new ReadyKey[64];
    private int _readyCount;

    private protected Selector(IKernel kernel)
    {
        Kernel = kernel;
        _map = new SelectorMap(_table);
    }

    /// <summary>Which one this is.</summary>
    public abstract SelectorKind Kind { get; }

    /// <summary>Whether <see cref="Close"/> was called.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>All keys by descriptor: a live view, null once closed.</summary>
    public IReadOnlyDictionary<int, SelectorKey>? Map => _map;

    private protected IKernel Kernel { get; }

    private protected int Count => _table.Count;

    /// <summary>Makes a selector.</summary>
    /// <param name="kind">Which.</param>
    /// <exception cref="SystemCallException">The kernel gives no more of them.</exception>
    public static Selector Create(SelectorKind kind) => SelectorRegistry.Create(kind, new LinuxKernel());

    /// <summary>Makes the one that SPINDLE_SELECTOR names (epoll, poll or select), else the best that works here.</summary>
    /// <exception cref="ArgumentException">The environment names another.</exception>
    public static Selector CreateDefault() => SelectorRegistry.CreateDefault(new LinuxKernel());

    /// <summary>Starts to watch a descriptor.</summary>
    /// <param name="fd">The descriptor, zero or more.</param>
    /// <param name="events">What for; at least one direction.</param>
    /// <param name="data">Anything; it comes back with the key.</param>
    /// <exception cref="ArgumentException"><paramref name="fd"/> is negative or <paramref name="events"/> is not a mask of directions.</exception>
    /// <exception cref="InvalidOperationException">The descriptor is registered already.</exception>
    /// <exception cref="SystemCallException">The kernel refused it; nothing is registered.</exception>
    /// <exception cref="ObjectDisposedException">The selector is closed.</exception>
    public SelectorKey Register(int fd, Interest events, object? data) => Register(null, CheckFd(fd), events, data);

    /// <inheritdoc cref="Register(int, Interest, object?)"/>
    public SelectorKey Register(int fd, Interest events) => Register(null, CheckFd(fd), events, data: null);

    /// <inheritdoc cref="Register(int, Interest, object?)"/>
    /// <param name="file">What has the descriptor; it is asked for it once, now.</param>
    /// <param name="events">What for; at least one direction.</param>
    /// <param name="data">Anything; it comes back with the key.</param>
    public SelectorKey Register(IFileObject file, Interest events, object? data) =>
        Register(file, CheckFd(Fileno(file)), events, data);

    /// <summary>Ends the watching. That the descriptor is closed already does not matter.</summary>
    /// <returns>The key that was.</returns>
    /// <exception cref="KeyNotFoundException">It is not registered.</exception>
    public SelectorKey Unregister(int fd) => UnregisterKnown(Find(CheckFd(fd)));

    /// <inheritdoc cref="Unregister(int)"/>
    /// <param name="file">The object; if its descriptor is gone it is looked for by identity.</param>
    public SelectorKey Unregister(IFileObject file) => UnregisterKnown(Find(file));

    /// <summary>Changes what a registered descriptor is watched for, and its data.</summary>
    /// <remarks>
    /// With the mask unchanged the kernel is not asked, unless the object has changed. If the kernel has forgotten the
    /// descriptor, because its number was closed and handed out again, it is added anew.
    /// </remarks>
    /// <exception cref="KeyNotFoundException">It is not registered.</exception>
    /// <exception cref="ArgumentException"><paramref name="events"/> is not a mask of directions; nothing has changed.</exception>
    /// <exception cref="SystemCallException">The kernel refused the change; nothing has changed.</exception>
    public SelectorKey Modify(int fd, Interest events, object? data) => Modify(null, Find(CheckFd(fd)), events, data);

    /// <inheritdoc cref="Modify(int, Interest, object?)"/>
    public SelectorKey Modify(int fd, Interest events) => Modify(null, Find(CheckFd(fd)), events, data: null);

    /// <inheritdoc cref="Modify(int, Interest, object?)"/>
    public SelectorKey Modify(IFileObject file, Interest events, object? data) =>
        Modify(file, Find(file), events, data);

    /// <summary>Tells the kernel again what it should know of a registered descriptor.</summary>
    /// <returns>True if the number still means the file that was registered; false if it means another one, which is watched from now on.</returns>
    /// <exception cref="KeyNotFoundException">It is not registered.</exception>
    /// <exception cref="SystemCallException">The descriptor is closed, or cannot be watched.</exception>
    public bool Reassert(int fd)
    {
        ref SelectorTable.Slot slot = ref _table[Find(CheckFd(fd))];
        return Change(fd, ref slot, slot.Events);
    }

    /// <summary>The key of a descriptor.</summary>
    /// <exception cref="KeyNotFoundException">It is not registered.</exception>
    /// <exception cref="ObjectDisposedException">The selector is closed.</exception>
    public SelectorKey GetKey(int fd) => _table.Key(Find(fd));

    /// <inheritdoc cref="GetKey(int)"/>
    public SelectorKey GetKey(IFileObject file) => _table.Key(Find(file));

    /// <summary>Waits until something is ready.</summary>
    /// <param name="timeout">How long at the most, to the nanosecond where the kernel can; null for ever; zero or less looks once.</param>
    /// <returns>
    /// What is ready, in no order; empty when the time is up. The memory is the selector's and is overwritten by the next call.
    /// A signal does not end the wait: it goes on with the time that is left.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The selector is closed.</exception>
    /// <exception cref="SystemCallException">The kernel failed in a way that no retry mends.</exception>
    public ReadOnlySpan<ReadyKey> Select(TimeSpan? timeout)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        Array.Clear(_ready, 0, _readyCount);
        _readyCount = 0;

        int result;
        if (timeout is not { Ticks: > 0 } positive)
        {
            do
            {
                result = Wait(timeout is null ? -1 : 0);
            }
            while (result == -Errno.EINTR);
        }
        else
        {
            result = WaitAtMost(positive.Ticks);
        }

        return result >= 0 ? _ready.AsSpan(0, _readyCount) : throw new SystemCallException(WaitCall, -result);
    }

    /// <summary>Releases what the kernel holds and forgets every key. A second call does nothing.</summary>
    public void Close()
    {
        if (!IsClosed)
        {
            IsClosed = true;
            _table.Clear();
            _map = null;
            Release();
        }
    }

    /// <summary>Closes.</summary>
    [SuppressMessage("Design", "CA1063:Implement IDisposable Correctly", Justification = "No back-end has a finaliser; Release is the hook.")]
    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "No back-end has a finaliser.")]
    public void Dispose() => Close();

    /// <summary>The name of the system call behind <see cref="Wait"/>, for errors.</summary>
    private protected abstract string WaitCall { get; }

    /// <summary>The name of the system call behind the other hooks, for errors.</summary>
    private protected abstract string ChangeCall { get; }

    /// <summary>Starts to watch. The token comes back with every event.</summary>
    /// <returns>Zero, or -errno with nothing changed.</returns>
    private protected abstract int Add(int fd, Interest events, SelectorToken token);

    /// <summary>Changes the mask, or asserts it again.</summary>
    /// <returns>Zero; -ENOENT if the number no longer means the file that was added; another -errno with nothing changed.</returns>
    private protected abstract int Change(int fd, Interest events, SelectorToken token);

    /// <summary>Stops watching. The kernel's errors do not matter (SEL-12).</summary>
    private protected abstract void Remove(int fd);

    /// <summary>Waits, and calls <see cref="Report"/> for each that is ready.</summary>
    /// <returns>Zero or more, or -errno; -EINTR is retried with what is left of the time.</returns>
    private protected abstract int Wait(long timeoutNanoseconds);

    /// <summary>Closes what the back-end has in the kernel.</summary>
    private protected abstract void Release();

    /// <summary>Every key's descriptor, mask and token, for a back-end that must tell the kernel all of it again.</summary>
    private protected IEnumerable<(int Fd, Interest Events, SelectorToken Token)> Registered() => _table.All();

    /// <summary>Whether a token belongs to a present registration.</summary>
    private protected bool IsPresent(SelectorToken token) => _table.IsPresent(token);

    /// <summary>The mask of a registered descriptor; none if it is not registered.</summary>
    private protected Interest EventsOf(int fd) => _table.Contains(fd) ? _table[fd].Events : Interest.None;

    /// <summary>Adds to the result what a key asked for, if anything of it is ready.</summary>
    private protected void Report(int fd, Interest ready)
    {
        ready &= _table[fd].Events;
        if (ready == Interest.None)
        {
            return;
        }

        if (_readyCount == _ready.Length)
        {
            Array.Resize(ref _ready, _ready.Length * 2);
        }

        _ready[_readyCount++] = new ReadyKey(_table.Key(fd), ready);
    }

    private SelectorKey Register(IFileObject? file, int fd, Interest events, object? data)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        CheckEvents(events);
        if (_table.Contains(fd))
        {
            throw new InvalidOperationException($"Descriptor {fd} is registered already; use Modify to change what it is watched for.");
        }

        SelectorToken token = _table.NextToken(fd);
        int result = Add(fd, events, token);
        if (result < 0)
        {
            throw new SystemCallException(ChangeCall, -result);
        }

        _table.Set(file, events, data, token);
        return _table.Key(fd);
    }

    private SelectorKey Modify(IFileObject? file, int fd, Interest events, object? data)
    {
        CheckEvents(events);
        ref SelectorTable.Slot slot = ref _table[fd];
        if (events != slot.Events || !ReferenceEquals(file ?? slot.File, slot.File))
        {
            Change(fd, ref slot, events);
        }

        slot.File = file ?? slot.File;
        slot.Data = data;
        return _table.Key(fd);
    }

    private bool Change(int fd, ref SelectorTable.Slot slot, Interest events)
    {
        int result = Change(fd, events, new SelectorToken(slot.Generation, fd));
        bool isSameFile = result != -Errno.ENOENT;
        if (!isSameFile)
        {
            SelectorToken token = _table.NextToken(fd);
            result = Add(fd, events, token);
            slot.Generation = result < 0 ? slot.Generation : token.Generation;
        }

        if (result < 0)
        {
            throw new SystemCallException(ChangeCall, -result);
        }

        slot.Events = events;
        return isSameFile;
    }

    private SelectorKey UnregisterKnown(int fd)
    {
        SelectorKey key = _table.Key(fd);
        _table.Remove(fd);
        Remove(fd);
        return key;
    }

    private int WaitAtMost(long ticks)
    {
        long end = Kernel.Clock.MonotonicTicks;
        end = ticks > long.MaxValue - end ? long.MaxValue : end + ticks;
        while (true)
        {
            int result = Wait(ticks > long.MaxValue / 100 ? long.MaxValue : ticks * 100);
            if (result != -Errno.EINTR)
            {
                return result;
            }

            ticks = Math.Max(end - Kernel.Clock.MonotonicTicks, 0);
        }
    }

    private int Find(int fd)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return _table.Contains(fd) ? fd : throw new KeyNotFoundException($"Descriptor {fd} is not registered.");
    }

    // An object whose descriptor is gone can still be found by identity (SEL-11).
    private int Find(IFileObject file)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        int fd = Fileno(file);
        if (fd >= 0)
        {
            return Find(fd);
        }

        fd = _table.FindFile(file);
        return fd >= 0 ? fd : throw new ArgumentException("The object has no descriptor (-1) and is not registered.", nameof(file));
    }

    private static int Fileno(IFileObject file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Fileno();
    }

    private static int CheckFd(int fd) =>
        fd >= 0 ? fd : throw new ArgumentOutOfRangeException(nameof(fd), fd, "A descriptor is zero or more.");

    private static void CheckEvents(Interest events)
    {
        if (events is not (Interest.Read or Interest.Write or (Interest.Read | Interest.Write)))
        {
            throw new ArgumentOutOfRangeException(nameof(events), events, "It must be Read, Write or both.");
        }
    }
}
