using Spindle.Kernel;

namespace Spindle.Selectors;

/// <summary>Waits with ppoll(2).</summary>
/// <remarks>Thread: one at a time.</remarks>
public sealed class PollSelector : Selector
{
    private const short POLLIN = 0x1;
    private const short POLLOUT = 0x4;

    private readonly FileIdentities _identities;
    private readonly Dictionary<int, int> _places = []; // Where in the list a descriptor stands.
    private PollFd[] _fds = new PollFd[64];

    /// <summary>Makes a selector.</summary>
    public PollSelector()
        : this(new LinuxKernel())
    {
    }

    internal PollSelector(IKernel kernel)
        : base(kernel) => _identities = new FileIdentities(kernel.Files);

    /// <inheritdoc/>
    public override SelectorKind Kind => SelectorKind.Poll;

    private protected override string WaitCall => "ppoll";

    private protected override string ChangeCall => "poll registration";

    private protected override int Add(int fd, Interest events, SelectorToken token)
    {
        int result = _identities.Add(fd);
        if (result < 0)
        {
            return result;
        }

        if (!_places.TryGetValue(fd, out int place))
        {
            place = _places.Count;
            _places.Add(fd, place);
        }

        if (place == _fds.Length)
        {
            Array.Resize(ref _fds, place * 2);
        }

        _fds[place] = new PollFd { Fd = fd, Asked = Mask(events) };
        return 0;
    }

    private protected override int Change(int fd, Interest events, SelectorToken token)
    {
        int result = _identities.Check(fd);
        if (result == 0)
        {
            _fds[_places[fd]].Asked = Mask(events);
        }

        return result;
    }

    private protected override void Remove(int fd)
    {
        _identities.Remove(fd);
        _places.Remove(fd, out int place);
        int last = _places.Count;
        if (place != last)
        {
            _fds[place] = _fds[last];
            _places[_fds[place].Fd] = place;
        }
    }

    private protected override int Wait(long timeoutNanoseconds)
    {
        Span<PollFd> asked = _fds.AsSpan(0, _places.Count);
        int count = Kernel.Polls.Wait(asked, timeoutNanoseconds);
        for (int i = 0, left = count; left > 0 && i < asked.Length; i++)
        {
            // A closed descriptor comes as POLLNVAL and wakes its owner, whose next call then fails.
            short returned = asked[i].Returned;
            if (returned != 0)
            {
                left--;
                Report(asked[i].Fd, Ready(returned));
            }
        }

        return count;
    }

    private protected override void Release()
    {
        _places.Clear();
        _fds = [];
    }

    private static short Mask(Interest events) =>
        (short)(((events & Interest.Read) != 0 ? POLLIN : 0) | ((events & Interest.Write) != 0 ? POLLOUT : 0));

    // Hang-up and error wake both directions (SEL-23).
    private static Interest Ready(short mask) =>
        ((mask & ~POLLOUT) != 0 ? Interest.Read : Interest.None) | ((mask & ~POLLIN) != 0 ? Interest.Write : Interest.None);
}
