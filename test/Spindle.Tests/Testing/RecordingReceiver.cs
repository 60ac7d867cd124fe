using System.Net;

namespace Spindle.Tests.Testing;

/// <summary>Keeps what a resolver tells it, and does in each callback what the test has put there.</summary>
internal sealed class RecordingReceiver : IResolutionReceiver
{
    /// <summary>"began", the addresses, "complete", in order.</summary>
    public List<string> Journal { get; } = [];

    public List<EndPoint> Addresses { get; } = [];

    public IHostResolution? Resolution { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>Why there were no addresses, as it was known at the end.</summary>
    public Exception? Failure { get; private set; }

    public Action<IHostResolution>? OnBegan { get; set; }

    public Action<EndPoint>? OnAddress { get; set; }

    public Action? OnComplete { get; set; }

    public void ResolutionBegan(IHostResolution resolution)
    {
        Journal.Add("began");
        Resolution = resolution;
        OnBegan?.Invoke(resolution);
    }

    public void AddressResolved(EndPoint address)
    {
        Journal.Add(address.ToString()!);
        Addresses.Add(address);
        OnAddress?.Invoke(address);
    }

    public void ResolutionComplete()
    {
        Journal.Add("complete");
        IsComplete = true;
        Failure = Resolution!.Failure;
        OnComplete?.Invoke();
    }
}
