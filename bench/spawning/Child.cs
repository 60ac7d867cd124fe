namespace Spindle.Bench.Spawning;

/// <summary>Tells when its process is over.</summary>
internal sealed class Child(Action<Exception> ended) : ProcessProtocol
{
    public override void ProcessEnded(Exception reason) => ended(reason);
}
