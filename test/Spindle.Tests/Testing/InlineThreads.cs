using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>Threads whose work the test does itself, when it wants to.</summary>
internal sealed class InlineThreads : IWorkerThreads
{
    private readonly Queue<Action> _bodies = new();

    /// <summary>How many were started so far.</summary>
    public int Started { get; private set; }

    /// <summary>Thrown instead of starting one.</summary>
    public Exception? Refusal { get; set; }

    public void Start(string name, Action body)
    {
        if (Refusal is not null)
        {
            throw Refusal;
        }

        Started++;
        _bodies.Enqueue(body);
    }

    /// <summary>Does the work of the thread that was started first, to its end.</summary>
    public void RunOne() => _bodies.Dequeue()();

    public void RunAll()
    {
        while (_bodies.Count > 0)
        {
            RunOne();
        }
    }
}
