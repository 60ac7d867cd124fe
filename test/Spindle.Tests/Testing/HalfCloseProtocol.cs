namespace Spindle.Tests.Testing;

/// <summary>A <see cref="RecordingProtocol"/> that hears of each direction's end.</summary>
internal sealed class HalfCloseProtocol(string name = "protocol", List<string>? journal = null)
    : RecordingProtocol(name, journal), IHalfCloseable
{
    public int ReadLostCount { get; private set; }

    public int WriteLostCount { get; private set; }

    public Action? OnReadLost { get; set; }

    public Action? OnWriteLost { get; set; }

    public void ReadConnectionLost()
    {
        ReadLostCount++;
        Note("read lost");
        OnReadLost?.Invoke();
    }

    public void WriteConnectionLost()
    {
        WriteLostCount++;
        Note("write lost");
        OnWriteLost?.Invoke();
    }
}
