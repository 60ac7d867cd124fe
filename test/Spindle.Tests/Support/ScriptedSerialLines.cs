using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>Serial lines on pseudo terminals, which have no control lines, no breaks and nothing unsent: those are the test's.</summary>
internal sealed class ScriptedSerialLines(ISerialLines inner) : ISerialLines
{
    private readonly Lock _lock = new();
    private readonly List<string> _journal = [];

    /// <summary>What is raised.</summary>
    public ControlLines Raised { get; set; }

    /// <summary>How much is said to be unsent.</summary>
    public int Unsent { get; set; }

    /// <summary>What control lines and flushes fail with.</summary>
    public int Failure { get; set; }

    /// <summary>What was done, in order. Thread: any.</summary>
    public IReadOnlyList<string> Journal
    {
        get
        {
            lock (_lock)
            {
                return [.. _journal];
            }
        }
    }

    public int Open(string path) => inner.Open(path);

    public int Claim(int fd) => inner.Claim(fd);

    public void Unclaim(int fd) => inner.Unclaim(fd);

    public int Discard(int fd, bool input, bool output)
    {
        Note($"discard {(input, output)}");
        return Failure != 0 ? -Failure : inner.Discard(fd, input, output);
    }

    public int CountWaiting(int fd) => inner.CountWaiting(fd);

    public int CountUnsent(int fd) => Unsent;

    public int GetLines(int fd, out ControlLines lines)
    {
        lines = Raised;
        return -Failure;
    }

    public int SetLines(int fd, ControlLines lines, bool isOn)
    {
        Note($"{lines} {isOn}");
        return -Failure;
    }

    public int SetBreak(int fd, bool isOn)
    {
        Note($"break {isOn}");
        return -Failure;
    }

    private void Note(string what)
    {
        lock (_lock)
        {
            _journal.Add(what);
        }
    }
}
