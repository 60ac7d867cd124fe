namespace Spindle.Tests.Testing;

/// <summary>Sends back what comes. Thread: its reactor's; the counters are read from others.</summary>
internal sealed class EchoProtocol : Protocol
{
    private int _lost;

    public EchoProtocol() => Thread = Environment.CurrentManagedThreadId;

    /// <summary>The thread on which it was made.</summary>
    public int Thread { get; }

    public int LostCount => Volatile.Read(ref _lost);

    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);

    public override void ConnectionLost(Exception reason) => Interlocked.Increment(ref _lost);
}
