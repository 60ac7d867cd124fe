namespace Spindle.Kernel;

/// <summary>Which descriptors the seam has made and not closed, and what made each; and which children it has not waited for.</summary>
/// <remarks>
/// <para>It is looked at after every test: what is left is a leak. It costs one short lock for each change.</para>
/// <para>Thread: any.</para>
/// </remarks>
internal sealed class DescriptorLedger
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _children = [];
    private string?[] _makers = new string?[64];

    /// <summary>How many descriptors are open.</summary>
    public int Count { get; private set; }

    /// <summary>Writes down a new descriptor; passes a failed call's result through.</summary>
    /// <param name="fd">The call's result: a descriptor, or -errno.</param>
    /// <param name="maker">The system call that made it.</param>
    /// <returns><paramref name="fd"/>.</returns>
    public int Opened(int fd, string maker)
    {
        if (fd < 0)
        {
            return fd;
        }

        lock (_lock)
        {
            if (fd >= _makers.Length)
            {
                Array.Resize(ref _makers, Math.Max(fd + 1, _makers.Length * 2));
            }

            // A number that is still listed was closed behind our back: it is not counted twice.
            Count += _makers[fd] is null ? 1 : 0;
            _makers[fd] = maker;
        }

        return fd;
    }

    /// <summary>Strikes a descriptor out; a number that is not listed is ignored.</summary>
    public void Closed(int fd)
    {
        lock (_lock)
        {
            if ((uint)fd < (uint)_makers.Length && _makers[fd] is not null)
            {
                _makers[fd] = null;
                Count--;
            }
        }
    }

    /// <summary>Writes down a new child.</summary>
    public void ChildMade(int pid)
    {
        lock (_lock)
        {
            _children.Add(pid);
        }
    }

    /// <summary>Strikes a child out: it has ended and somebody has waited for it. One that is not listed is ignored.</summary>
    public void ChildGone(int pid)
    {
        lock (_lock)
        {
            _children.Remove(pid);
        }
    }

    /// <summary>The open descriptors from a number on, in runs without a gap: the first and the last of each, in order.</summary>
    public List<(int First, int Last)> RunsFrom(int number)
    {
        List<(int First, int Last)> runs = [];
        lock (_lock)
        {
            for (int fd = number; fd < _makers.Length; fd++)
            {
                if (_makers[fd] is null)
                {
                    continue;
                }

                int first = fd;
                while (fd + 1 < _makers.Length && _makers[fd + 1] is not null)
                {
                    fd++;
                }

                runs.Add((first, fd));
            }
        }

        return runs;
    }

    /// <summary>What is open, one "fd maker" each, and the children, one "child pid" each.</summary>
    public IReadOnlyList<string> Describe()
    {
        lock (_lock)
        {
            IEnumerable<string> descriptors = _makers.Select((maker, fd) => (maker, fd)).Where(e => e.maker is not null).Select(e => $"{e.fd} {e.maker}");
            return [.. descriptors, .. _children.Select(pid => $"child {pid}")];
        }
    }
}
