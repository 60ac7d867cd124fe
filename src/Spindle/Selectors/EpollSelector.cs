using Spindle.Kernel;

namespace Spindle.Selectors;

/// <summary>Waits with epoll(7), level triggered. The default.</summary>
/// <remarks>
/// <para>
/// Each registration's generation travels in the kernel's event data. An event that belongs to no present registration
/// comes from a file that was closed without being unregistered while a duplicate of it lives on elsewhere; the kernel
/// would report it for ever and it cannot be removed by number. The set is then made anew, which gets rid of it.
/// </para>
/// <para>Thread: one at a time.</para>
/// </remarks>
public sealed class EpollSelector : Selector, IFileObject
{
    private const uint EPOLLIN = 0x1;
    private const uint EPOLLOUT = 0x4;

    private int _epoll;
    private EpollEvents _events = new(64);

    /// <summary>Makes a set in the kernel.</summary>
    /// <exception cref="SystemCallException">The kernel gives no more of them.</exception>
    public EpollSelector()
        : this(new LinuxKernel())
    {
    }

    internal EpollSelector(IKernel kernel)
        : base(kernel)
    {
        _epoll = kernel.Epolls.Create();
        if (_epoll < 0)
        {
            throw new SystemCallException("epoll_create1", -_epoll);
        }
    }

    /// <inheritdoc/>
    public override SelectorKind Kind => SelectorKind.Epoll;

    private protected override string WaitCall => "epoll_wait";

    private protected override string ChangeCall => "epoll_ctl";

    /// <summary>The descriptor of the set itself, -1 once closed. It becomes readable when something in the set is ready.</summary>
    public int Fileno() => _epoll;

    private protected override int Add(int fd, Interest events, SelectorToken token) =>
        Kernel.Epolls.Control(_epoll, EpollOperation.Add, fd, Mask(events), token.Packed);

    private protected override int Change(int fd, Interest events, SelectorToken token) =>
        Kernel.Epolls.Control(_epoll, EpollOperation.Modify, fd, Mask(events), token.Packed);

    private protected override void Remove(int fd) =>
        _ = Kernel.Epolls.Control(_epoll, EpollOperation.Delete, fd, 0, 0);

    private protected override int Wait(long timeoutNanoseconds)
    {
        // The ready list is never cut: a cut one would favour whatever the kernel lists first.
        if (_events.Capacity < Count)
        {
            _events = new EpollEvents(Math.Max(Count, _events.Capacity * 2));
        }

        int count = Kernel.Epolls.Wait(_epoll, _events, timeoutNanoseconds);
        bool foundStale = false;
        for (int i = 0; i < count; i++)
        {
            SelectorToken token = SelectorToken.Unpack(_events.Data(i));
            uint mask = _events.Mask(i);
            if (IsPresent(token))
            {
                Report(token.Fd, Ready(mask));
            }
            else
            {
                foundStale = true;
            }
        }

        if (foundStale)
        {
            Rebuild();
        }

        return count;
    }

    private protected override void Release()
    {
        _ = Kernel.Files.Close(_epoll);
        _epoll = -1;
    }

    private void Rebuild()
    {
        int fresh = Kernel.Epolls.Create();
        if (fresh < 0)
        {
            return; // Out of descriptors: the stale event comes again, and so does this attempt.
        }

        foreach ((int fd, Interest events, SelectorToken token) in Registered())
        {
            // One that is refused now was closed behind our back and had ceased to be watched anyway.
            _ = Kernel.Epolls.Control(fresh, EpollOperation.Add, fd, Mask(events), token.Packed);
        }

        _ = Kernel.Files.Close(_epoll);
        _epoll = fresh;
    }

    private static uint Mask(Interest events) =>
        ((events & Interest.Read) != 0 ? EPOLLIN : 0) | ((events & Interest.Write) != 0 ? EPOLLOUT : 0);

    // Hang-up and error wake both directions (SEL-23).
    private static Interest Ready(uint mask) =>
        ((mask & ~EPOLLOUT) != 0 ? Interest.Read : Interest.None) | ((mask & ~EPOLLIN) != 0 ? Interest.Write : Interest.None);
}
