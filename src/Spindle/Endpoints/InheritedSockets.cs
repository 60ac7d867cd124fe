using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Spindle.Endpoints;

/// <summary>The sockets that a service manager has opened for this process, as sd_listen_fds(3) has it.</summary>
/// <remarks>
/// <para>
/// LISTEN_PID says for whom they are, LISTEN_FDS how many, from descriptor 3 on, LISTEN_FDNAMES what they are called. The
/// variables are removed: they are not meant for children. Each socket can be taken once.
/// </para>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>python/systemd.py</c>, <c>ListenFDs</c>.</para>
/// </remarks>
internal sealed class InheritedSockets
{
    private const int First = 3;
    private const int Most = 65_536; // A number beyond it is a mistake.

    private static readonly Lazy<InheritedSockets> Process = new(FromEnvironment);

    private readonly Lock _lock = new();
    private readonly int _first;
    private readonly string[] _names;
    private readonly bool[] _isTaken;
    private bool _isKept;

    /// <summary>Makes those of which the variables tell.</summary>
    /// <param name="first">The number of the first one.</param>
    /// <param name="process">LISTEN_PID.</param>
    /// <param name="count">LISTEN_FDS.</param>
    /// <param name="names">LISTEN_FDNAMES.</param>
    internal InheritedSockets(int first, string? process, string? count, string? names)
    {
        bool isForUs = TryParse(process, out int pid) && pid == Environment.ProcessId;
        int given = isForUs && TryParse(count, out int number) && number <= Most ? number : 0;
        string[] parts = (names ?? "").Split(':');
        _first = first;
        _names = parts.Length == given ? parts : [.. Enumerable.Repeat("unknown", given)];
        _isTaken = new bool[given];
    }

    /// <summary>Those of this process.</summary>
    public static InheritedSockets OfProcess => Process.Value;

    public int Count => _names.Length;

    /// <summary>The names, for people.</summary>
    public string Describe() => Count == 0
        ? "the process was given no sockets (LISTEN_FDS, LISTEN_PID)"
        : $"there are {Count}: {string.Join(", ", _names.Select((name, index) => $"{index} ({name})"))}";

    /// <summary>Finds one by its name; -1 if there is none.</summary>
    public int IndexOf(string name) => Array.IndexOf(_names, name);

    /// <summary>Has them closed in children, once: the service manager had to let them pass into this process, and no further.</summary>
    public void KeepFromChildren(Action<int> setCloseOnExec)
    {
        lock (_lock)
        {
            for (int index = 0; !_isKept && index < Count; index++)
            {
                setCloseOnExec(_first + index);
            }

            _isKept = true;
        }
    }

    /// <summary>Takes one; null if it was taken already.</summary>
    public SafeFileHandle? Take(int index)
    {
        lock (_lock)
        {
            if (_isTaken[index])
            {
                return null;
            }

            _isTaken[index] = true;
            return new SafeFileHandle(_first + index, ownsHandle: true);
        }
    }

    private static InheritedSockets FromEnvironment() =>
        new(First, TakeVariable("LISTEN_PID"), TakeVariable("LISTEN_FDS"), TakeVariable("LISTEN_FDNAMES"));

    private static string? TakeVariable(string name)
    {
        string? value = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, null);
        return value;
    }

    private static bool TryParse(string? text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
