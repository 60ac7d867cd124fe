using Spindle;

/// <summary>The shell: what it puts out goes to its guest.</summary>
internal sealed class Shell(Guest guest) : ProcessProtocol
{
    public override void OutReceived(ReadOnlySpan<byte> data) => guest.Show(data);

    public override void ProcessEnded(Exception reason) => guest.Leave();
}
