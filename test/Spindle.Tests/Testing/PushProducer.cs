namespace Spindle.Tests.Testing;

/// <summary>Writes down what it is told, and does what the test has put there.</summary>
internal sealed class PushProducer : IPushProducer
{
    public List<string> Journal { get; } = [];

    public Action? OnPause { get; set; }

    public Action? OnResume { get; set; }

    public Action? OnStop { get; set; }

    public void PauseProducing()
    {
        Journal.Add("pause");
        OnPause?.Invoke();
    }

    public void ResumeProducing()
    {
        Journal.Add("resume");
        OnResume?.Invoke();
    }

    public void StopProducing()
    {
        Journal.Add("stop");
        OnStop?.Invoke();
    }
}
