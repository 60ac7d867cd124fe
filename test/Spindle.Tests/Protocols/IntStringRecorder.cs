namespace Spindle.Tests.Protocols;

/// <inheritdoc cref="LineRecorder"/>
internal sealed class IntStringRecorder(int prefixLength) : IntNStringReceiver(prefixLength)
{
    public List<string> Events { get; } = [];

    public Action<string>? OnString { get; set; }

    /// <summary>Null for the default, which closes.</summary>
    public Action<long>? OnExceeded { get; set; }

    /// <summary>A string as it is sent.</summary>
    public string Frame(string text)
    {
        char[] prefix = [.. Enumerable.Range(0, PrefixLength).Select(i => (char)((text.Length >> (8 * (PrefixLength - 1 - i))) & 0xFF))];
        return new string(prefix) + text;
    }

    public override void StringReceived(ReadOnlySpan<byte> data)
    {
        string text = Feeding.TextOf(data);
        Events.Add(text);
        OnString?.Invoke(text);
        Assert.Equal(text, Feeding.TextOf(data));
    }

    public override void LengthLimitExceeded(long length)
    {
        Events.Add($"exceeded {length}");
        if (OnExceeded is null)
        {
            base.LengthLimitExceeded(length);
        }
        else
        {
            OnExceeded(length);
        }
    }
}
