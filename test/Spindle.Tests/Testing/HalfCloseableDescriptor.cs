namespace Spindle.Tests.Testing;

/// <summary>A <see cref="TestDescriptor"/> whose directions end one after the other.</summary>
internal sealed class HalfCloseableDescriptor(int fd) : TestDescriptor(fd), IHalfCloseableDescriptor
{
    public List<Exception> ReadLosses { get; } = [];

    public void ReadConnectionLost(Exception reason) => ReadLosses.Add(reason);

    public void WriteConnectionLost(Exception reason)
    {
    }
}
