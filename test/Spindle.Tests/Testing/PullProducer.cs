namespace Spindle.Tests.Testing;

/// <summary>Counts what it is told, and does what the test has put there.</summary>
internal sealed class PullProducer : IPullProducer
{
    public int Resumed { get; private set; }

    public int Stopped { get; private set; }

    public Action? OnResume { get; set; }

    public Action? OnStop { get; set; }

    public void ResumeProducing()
    {
        Resumed++;
        OnResume?.Invoke();
    }

    public void StopProducing()
    {
        Stopped++;
        OnStop?.Invoke();
    }
}
