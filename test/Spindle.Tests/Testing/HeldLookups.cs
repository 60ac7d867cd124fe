using System.Net;
using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>A system's resolver whose server is dead: its calls block until the test lets them go, and then know nothing. Thread: any.</summary>
/// <param name="held">Called when a call begins to block, on its thread.</param>
internal sealed class HeldLookups(Action held) : INameLookups, IDisposable
{
    private readonly ManualResetEventSlim _released = new();
    private readonly List<string> _names = [];
    private int _held;

    /// <summary>How many calls block now.</summary>
    public int Held => Volatile.Read(ref _held);

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_names)
            {
                return [.. _names];
            }
        }
    }

    public void Release() => _released.Set();

    // What still waits goes on; the event is not disposed of under it.
    public void Dispose() => Release();

    public string? Resolve(string name, int family, int socketType, ICollection<IPAddress> addresses)
    {
        lock (_names)
        {
            _names.Add(name);
        }

        Interlocked.Increment(ref _held);
        held();
        _released.Wait(TimeSpan.FromSeconds(30));
        Interlocked.Decrement(ref _held);
        return "the server does not answer";
    }
}
