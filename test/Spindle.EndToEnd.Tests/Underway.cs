namespace Spindle.EndToEnd.Tests;

/// <summary>Waits until several clients have got so far that a load is on.</summary>
internal sealed class Underway(int count)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;

    /// <summary>One client has got there, if the condition holds.</summary>
    public void OneIf(bool condition)
    {
        if (condition && Interlocked.Decrement(ref _left) == 0)
        {
            _all.SetResult();
        }
    }

    /// <summary>All have got there.</summary>
    public Task AllAsync() => _all.Task.WaitAsync(TimeSpan.FromSeconds(60));
}
