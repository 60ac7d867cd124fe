namespace Spindle;

/// <summary>A protocol of lines and nothing else.</summary>
/// <remarks>
/// <para>
/// It differs from <see cref="LineReceiver"/> in what becomes of a line of more than
/// <see cref="MessageReceiver.MaxLength"/> bytes (default 16,384): the line alone goes to
/// <see cref="DelimitedReceiver.LineLengthExceeded"/>. The other lines that have come with it are lost, the beginning of a
/// line after them is kept. A line that is too long before its end has come is reported too, and is kept: again and again
/// with all that comes, until the connection is closed or <see cref="DelimitedReceiver.ClearLineBuffer"/> is called.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>protocols/basic.py</c>, <c>LineOnlyReceiver</c>. A delimiter of which only the beginning has come
/// does not count as a part of the line.
/// </para>
/// </remarks>
public abstract class LineOnlyReceiver : DelimitedReceiver
{
    private protected override void Deliver()
    {
        while (CanDeliver)
        {
            int length = Input.IndexOf(Delimiter);
            if (length < 0)
            {
                ReportUnfinished();
                return;
            }

            ReadOnlySpan<byte> line = Input.Take(length + Delimiter.Length)[..length];
            if (length > MaxLength)
            {
                SkipLines();
                LineLengthExceeded(line);
                return;
            }

            LineReceived(line);
        }
    }

    private void SkipLines()
    {
        int length;
        while ((length = Input.IndexOf(Delimiter)) >= 0)
        {
            Input.Skip(length + Delimiter.Length);
        }
    }

    private void ReportUnfinished()
    {
        if (Input.Length > MaxLength && Input.Length - LengthOfBegunDelimiter() > MaxLength)
        {
            LineLengthExceeded(Input.Unread);
        }
    }

    private int LengthOfBegunDelimiter()
    {
        int length = Math.Min(Delimiter.Length - 1, Input.Length);
        while (length > 0 && !Input.Unread.EndsWith(Delimiter[..length]))
        {
            length--;
        }

        return length;
    }
}
