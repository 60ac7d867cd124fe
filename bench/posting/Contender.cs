namespace Spindle.Bench.Posting;

/// <summary>A way to have something run on another thread.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Post">Posts so many calls of <see cref="Tally.Count"/>.</param>
internal sealed record Contender(string Name, Action<int> Post)
{
    public List<Sample> Samples { get; } = [];
}
