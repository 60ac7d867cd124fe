using System.Net;

namespace Spindle.Tests.Names;

/// <summary>Notes what a resolver tells.</summary>
internal sealed class AddressRecorder : IResolutionReceiver
{
    public List<string> Addresses { get; } = [];

    public bool IsComplete { get; private set; }

    public IHostResolution? Resolution { get; private set; }

    /// <summary>Runs when there are no more.</summary>
    public Action? Completed { get; set; }

    public void ResolutionBegan(IHostResolution resolution)
    {
        Assert.Null(Resolution);
        Resolution = resolution;
    }

    public void AddressResolved(EndPoint address)
    {
        Assert.False(IsComplete);
        Addresses.Add(address.ToString()!);
    }

    public void ResolutionComplete()
    {
        Assert.False(IsComplete);
        IsComplete = true;
        Completed?.Invoke();
    }
}
