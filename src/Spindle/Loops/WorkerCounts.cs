namespace Spindle.Loops;

/// <summary>How a <see cref="WorkerPool"/> stands.</summary>
/// <param name="Workers">Its threads.</param>
/// <param name="Waiting">Those that have nothing to do.</param>
/// <param name="Queued">The work that no thread is free for.</param>
internal readonly record struct WorkerCounts(int Workers, int Waiting, int Queued)
{
    public int Working => Workers - Waiting;
}
