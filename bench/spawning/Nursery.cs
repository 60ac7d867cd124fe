using System.Diagnostics;
using System.Globalization;
using Spindle.Processes;

namespace Spindle.Bench.Spawning;

/// <summary>Spawns children at a steady pace and prints, when the last is over, how it went.</summary>
internal sealed class Nursery(AsyncSelectorReactor reactor, int count, TimeSpan pause, bool isAsync)
{
    private static readonly string[] Arguments = ["true"];

    private readonly List<double> _calls = new(count);
    private readonly int _openBefore = OpenDescriptors();
    private int _ended;
    private int _wrong;
    private long _start;
    private double _seconds;

    public void Start()
    {
        _start = Stopwatch.GetTimestamp();
        Spawn();
    }

    private void Spawn()
    {
        Child child = new(Ended);
        long before = Stopwatch.GetTimestamp();
        if (isAsync)
        {
            _ = reactor.SpawnProcessAsync(child, "/bin/true", Arguments);
        }
        else
        {
            reactor.SpawnProcess(child, "/bin/true", Arguments);
        }

        _calls.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        if (_calls.Count < count)
        {
            // At its time, not one pause after the last: a slow call must not make the pace slower.
            TimeSpan due = (pause * _calls.Count) - Stopwatch.GetElapsedTime(_start);
            reactor.CallLater(due > TimeSpan.Zero ? due : TimeSpan.Zero, Spawn);
        }
    }

    private void Ended(Exception reason)
    {
        _wrong += reason is ProcessDoneException ? 0 : 1;
        if (++_ended == count)
        {
            _seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            reactor.CallLater(TimeSpan.Zero, () => Report(looks: 20));
        }
    }

    // The runtime has a pipe of its own for as long as it takes to start a thread: what is left is looked at again.
    private void Report(int looks)
    {
        int left = OpenDescriptors() - _openBefore;
        if (left > 0 && looks > 1)
        {
            reactor.CallLater(TimeSpan.FromMilliseconds(50), () => Report(looks - 1));
            return;
        }

        _calls.Sort();
        string[] figures =
        [
            Figure("children", _ended),
            Figure("wrong_ends", _wrong),
            Figure("descriptors_left", left),
            Figure("children_left", File.ReadAllText($"/proc/self/task/{Environment.ProcessId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length),
            Figure("seconds", _seconds),
            Figure("call_p50_ms", Percentile(0.5)),
            Figure("call_p99_ms", Percentile(0.99)),
            Figure("call_max_ms", Percentile(1)),
        ];
        Console.WriteLine($"{{{string.Join(", ", figures)}}}");
    }

    private double Percentile(double part) => _calls[Math.Min((int)(_calls.Count * part), _calls.Count - 1)];

    private static string Figure(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"\"{name}\": {value:0.###}");

    // What a child takes: pipes and a pidfd. The clients' sockets and the files that the runtime loads come and go meanwhile.
    private static int OpenDescriptors() =>
        Directory.GetFiles("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget is { } target && !target.StartsWith("socket:", StringComparison.Ordinal) && !target.StartsWith('/'));
}
