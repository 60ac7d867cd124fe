namespace Spindle.Tests.Protocols;

/// <inheritdoc cref="LineRecorder"/>
internal sealed class LineOnlyRecorder : LineOnlyReceiver
{
    public List<string> Events { get; } = [];

    public Action<string>? OnLine { get; set; }

    /// <summary>Null for the default, which closes.</summary>
    public Action<string>? OnExceeded { get; set; }

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        string text = Feeding.TextOf(line);
        Events.Add($"line {text}");
        OnLine?.Invoke(text);
        Assert.Equal(text, Feeding.TextOf(line));
    }

    public override void LineLengthExceeded(ReadOnlySpan<byte> data)
    {
        Events.Add($"exceeded {Feeding.TextOf(data)}");
        if (OnExceeded is null)
        {
            base.LineLengthExceeded(data);
        }
        else
        {
            OnExceeded(Feeding.TextOf(data));
        }
    }
}
