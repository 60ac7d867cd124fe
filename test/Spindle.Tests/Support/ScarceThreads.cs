using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>Threads of which there are only so many.</summary>
internal sealed class ScarceThreads(IWorkerThreads real) : IWorkerThreads
{
    public int Left { get; set; }

    public void Start(string name, Action body)
    {
        if (Left == 0)
        {
            throw new InsufficientMemoryException("No more threads.");
        }

        Left--;
        real.Start(name, body);
    }
}
