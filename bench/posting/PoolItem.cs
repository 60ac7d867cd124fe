namespace Spindle.Bench.Posting;

/// <summary>What the thread pool takes without an allocation.</summary>
internal sealed class PoolItem : IThreadPoolWorkItem
{
    public void Execute() => Tally.Count();
}
