namespace Spindle.Bench.Spawning;

/// <summary>Sends back what comes.</summary>
internal sealed class Echo : Protocol
{
    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);
}
