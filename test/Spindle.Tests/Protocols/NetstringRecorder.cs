namespace Spindle.Tests.Protocols;

/// <inheritdoc cref="LineRecorder"/>
internal sealed class NetstringRecorder : NetstringReceiver
{
    public List<string> Events { get; } = [];

    public Action<string>? OnString { get; set; }

    public bool? WasBrokenAtTheEnd { get; private set; }

    public override void StringReceived(ReadOnlySpan<byte> data)
    {
        string text = Feeding.TextOf(data);
        Events.Add(text);
        OnString?.Invoke(text);
        Assert.Equal(text, Feeding.TextOf(data));
    }

    public override void ConnectionLost(Exception reason) => WasBrokenAtTheEnd = IsPeerBroken;
}
