namespace Spindle.Tests.Testing;

/// <summary>A producer that keeps what it is told, and may do something when it is resumed.</summary>
internal sealed class RecordingProducer : IPushProducer
{
    public List<string> Calls { get; } = [];

    public Action? OnResume { get; set; }

    public void PauseProducing() => Calls.Add("pause");

    public void ResumeProducing()
    {
        Calls.Add("resume");
        OnResume?.Invoke();
    }

    public void StopProducing() => Calls.Add("stop");
}
