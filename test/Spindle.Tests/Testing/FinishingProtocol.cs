namespace Spindle.Tests.Testing;

/// <summary>Comes to an end by itself before the reactor stops, as the test has it.</summary>
internal sealed class FinishingProtocol : RecordingProtocol, IFinishing
{
    public int FinishCount { get; private set; }

    public Action? OnFinish { get; set; }

    public void Finish()
    {
        FinishCount++;
        OnFinish?.Invoke();
    }
}
