using System.Numerics;
using Spindle.Kernel;

namespace Spindle.Selectors;

/// <summary>Waits with pselect(2), on bitmaps as long as the highest descriptor needs: there is no limit of 1,024 on Linux.</summary>
/// <remarks>Thread: one at a time.</remarks>
public sealed class SelectSelector : Selector
{
    private const int BitsPerWord = 64;

    private readonly FileIdentities _identities;
    private ulong[] _readAsked = new ulong[16];
    private ulong[] _writeAsked = new ulong[16];
    private ulong[] _readReady = new ulong[16];
    private ulong[] _writeReady = new ulong[16];
    private int _highest = -1;

    /// <summary>Makes a selector.</summary>
    public SelectSelector()
        : this(new LinuxKernel())
    {
    }

    internal SelectSelector(IKernel kernel)
        : base(kernel) => _identities = new FileIdentities(kernel.Files);

    /// <inheritdoc/>
    public override SelectorKind Kind => SelectorKind.Select;

    private protected override string WaitCall => "pselect";

    private protected override string ChangeCall => "select registration";

    private protected override int Add(int fd, Interest events, SelectorToken token)
    {
        int result = _identities.Add(fd);
        if (result == 0)
        {
            Grow((fd / BitsPerWord) + 1);
            Mark(fd, events);
            _highest = Math.Max(_highest, fd);
        }

        return result;
    }

    private protected override int Change(int fd, Interest events, SelectorToken token)
    {
        int result = _identities.Check(fd);
        if (result == 0)
        {
            Mark(fd, events);
        }

        return result;
    }

    private protected override void Remove(int fd)
    {
        _identities.Remove(fd);
        Mark(fd, Interest.None);
        while (_highest >= 0 && EventsOf(_highest) == Interest.None)
        {
            _highest--;
        }
    }

    private protected override int Wait(long timeoutNanoseconds)
    {
        int words = (_highest + BitsPerWord) / BitsPerWord;
        _readAsked.AsSpan(0, words).CopyTo(_readReady);
        _writeAsked.AsSpan(0, words).CopyTo(_writeReady);
        int count = WaitForMaps(words, timeoutNanoseconds);
        if (count == -Errno.EBADF)
        {
            // A call that fails leaves the maps alone.
            ReportClosed();
            count = Math.Max(WaitForMaps(words, 0), 0);
        }

        for (int word = 0; word < words && count > 0; word++)
        {
            for (ulong bits = _readReady[word] | _writeReady[word]; bits != 0; bits &= bits - 1)
            {
                int fd = (word * BitsPerWord) + BitOperations.TrailingZeroCount(bits);
                Report(fd, (Has(_readReady, fd) ? Interest.Read : Interest.None) | (Has(_writeReady, fd) ? Interest.Write : Interest.None));
            }
        }

        return count;
    }

    private protected override void Release()
    {
        _readAsked = _writeAsked = _readReady = _writeReady = [];
        _highest = -1;
    }

    private int WaitForMaps(int words, long timeoutNanoseconds) =>
        Kernel.Selects.Wait(_highest + 1, _readReady.AsSpan(0, words), _writeReady.AsSpan(0, words), timeoutNanoseconds);

    // One closed descriptor fails the whole call and is not named. It is reported as poll reports it, ready for
    // everything, so that its owner's next call fails; the others must not starve until the owner has seen to it.
    private void ReportClosed()
    {
        foreach ((int fd, Interest events, _) in Registered())
        {
            if (Kernel.Files.Identify(fd, out _) == -Errno.EBADF)
            {
                Report(fd, events);
                Set(_readReady, fd, false);
                Set(_writeReady, fd, false);
            }
        }
    }

    private void Mark(int fd, Interest events)
    {
        Set(_readAsked, fd, (events & Interest.Read) != 0);
        Set(_writeAsked, fd, (events & Interest.Write) != 0);
    }

    private void Grow(int words)
    {
        if (words > _readAsked.Length)
        {
            words = Math.Max(words, _readAsked.Length * 2);
            Array.Resize(ref _readAsked, words);
            Array.Resize(ref _writeAsked, words);
            Array.Resize(ref _readReady, words);
            Array.Resize(ref _writeReady, words);
        }
    }

    private static bool Has(ulong[] map, int fd) => (map[fd / BitsPerWord] & (1UL << (fd % BitsPerWord))) != 0;

    private static void Set(ulong[] map, int fd, bool value)
    {
        ulong bit = 1UL << (fd % BitsPerWord);
        map[fd / BitsPerWord] = value ? map[fd / BitsPerWord] | bit : map[fd / BitsPerWord] & ~bit;
    }
}
