namespace Spindle.Tests.Testing;

/// <summary>A descriptor that is not the library's: counts the calls it gets, and does what the test has put there.</summary>
internal class TestDescriptor(int fd, string name = "descriptor") : IReadDescriptor, IWriteDescriptor
{
    public int Fd { get; set; } = fd;

    public string LogPrefix => OnLogPrefix?.Invoke() ?? name;

    public int Filenos { get; private set; }

    public int Reads { get; private set; }

    public int Writes { get; private set; }

    /// <summary>Why it was lost: one for each time it was told.</summary>
    public List<Exception> Losses { get; } = [];

    public Func<int>? OnFileno { get; set; }

    public Func<string>? OnLogPrefix { get; set; }

    public Func<Exception?>? OnRead { get; set; }

    public Func<Exception?>? OnWrite { get; set; }

    public Action? OnLost { get; set; }

    public int Fileno()
    {
        Filenos++;
        return OnFileno?.Invoke() ?? Fd;
    }

    public Exception? DoRead()
    {
        Reads++;
        return OnRead?.Invoke();
    }

    public Exception? DoWrite()
    {
        Writes++;
        return OnWrite?.Invoke();
    }

    public void ConnectionLost(Exception reason)
    {
        Losses.Add(reason);
        OnLost?.Invoke();
    }
}
