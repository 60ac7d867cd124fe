namespace Spindle.Tests.Protocols;

/// <summary>Writes down what it hears, and does then what the test has put there.</summary>
internal sealed class LineRecorder : LineReceiver
{
    public List<string> Events { get; } = [];

    public Action<string>? OnLine { get; set; }

    public Action<string>? OnRaw { get; set; }

    /// <summary>Null for the default, which closes.</summary>
    public Action<string>? OnExceeded { get; set; }

    public Exception? LostReason { get; private set; }

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        string text = Feeding.TextOf(line);
        Events.Add($"line {text}");
        OnLine?.Invoke(text);
        Assert.Equal(text, Feeding.TextOf(line)); // Whatever was done meanwhile, the handler's bytes are still there.
    }

    public override void RawDataReceived(ReadOnlySpan<byte> data)
    {
        if (OnRaw is null)
        {
            base.RawDataReceived(data);
            return;
        }

        string text = Feeding.TextOf(data);
        Events.Add($"raw {text}");
        OnRaw(text);
        Assert.Equal(text, Feeding.TextOf(data));
    }

    public override void LineLengthExceeded(ReadOnlySpan<byte> data)
    {
        string text = Feeding.TextOf(data);
        Events.Add($"exceeded {text}");
        if (OnExceeded is null)
        {
            base.LineLengthExceeded(data);
        }
        else
        {
            OnExceeded(text);
        }

        Assert.Equal(text, Feeding.TextOf(data));
    }

    public override void ConnectionLost(Exception reason) => LostReason = reason;
}
