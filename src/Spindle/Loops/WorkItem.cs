namespace Spindle.Loops;

/// <summary>Something for a thread of a <see cref="WorkerPool"/> to do, in the execution context of whoever asked for it.</summary>
/// <remarks>Thread: any may make it; then one of the pool's.</remarks>
internal abstract class WorkItem
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    public void Run()
    {
        if (_context is null)
        {
            Execute();
        }
        else
        {
            ExecutionContext.Run(_context, static item => ((WorkItem)item!).Execute(), this);
        }
    }

    /// <summary>Says that it will not be done: the pool has ended before. Lets no exception out.</summary>
    public abstract void Drop();

    /// <summary>Does it. Lets no exception out.</summary>
    protected abstract void Execute();
}
