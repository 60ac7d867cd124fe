using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>Threads that begin only when the test lets them.</summary>
internal sealed class HeldThreads(IWorkerThreads inner) : IWorkerThreads
{
    private readonly List<(string Name, Action Body)> _held = [];

    public int Count => _held.Count;

    public void Start(string name, Action body) => _held.Add((name, body));

    public void Release()
    {
        foreach ((string name, Action body) in _held)
        {
            inner.Start(name, body);
        }

        _held.Clear();
    }
}
