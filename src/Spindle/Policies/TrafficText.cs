using System.Buffers;
using System.Globalization;
using System.Text;

namespace Spindle.Policies;

/// <summary>Bytes as text for people: printable ASCII as it is, the rest as in C#, between quotes.</summary>
internal static class TrafficText
{
    /// <param name="data">The bytes.</param>
    /// <param name="limit">How many are shown at the most.</param>
    public static string Quote(ReadOnlySpan<byte> data, int limit = int.MaxValue)
    {
        StringBuilder text = new("\"");
        int shown = Math.Min(data.Length, limit);
        Append(text, data[..shown]);
        return Close(text, data.Length - shown);
    }

    /// <inheritdoc cref="Quote(ReadOnlySpan{byte}, int)"/>
    public static string Quote(in ReadOnlySequence<byte> data, int limit = int.MaxValue)
    {
        StringBuilder text = new("\"");
        long shown = Math.Min(data.Length, limit);
        foreach (ReadOnlyMemory<byte> piece in data.Slice(0, shown))
        {
            Append(text, piece.Span);
        }

        return Close(text, data.Length - shown);
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'"' => text.Append("\\\""),
                (byte)'\\' => text.Append("\\\\"),
                >= (byte)' ' and < 0x7F => text.Append((char)b),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}"),
            };
        }
    }

    private static string Close(StringBuilder text, long left)
    {
        text.Append('"');
        if (left > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" and {left} more");
        }

        return text.ToString();
    }
}
