namespace Spindle.Tests.Support;

/// <summary>Work that keeps a thread busy until the test lets it end.</summary>
internal sealed class Occupation
{
    private readonly ManualResetEventSlim _hasBegun = new();
    private readonly ManualResetEventSlim _mayEnd = new();

    public string? ThreadName { get; private set; }

    /// <summary>The work.</summary>
    public void Work()
    {
        ThreadName = Thread.CurrentThread.Name;
        _hasBegun.Set();
        Wait.For(_mayEnd, "The end of the work");
    }

    public void WaitUntilBegun() => Wait.For(_hasBegun, "The beginning of the work");

    public void End() => _mayEnd.Set();
}
