namespace Spindle;

/// <summary>A protocol of lines, and of raw data in between.</summary>
/// <remarks>
/// <example>
/// <code>
/// internal sealed class Greeter : LineReceiver
/// {
///     public override void ConnectionMade() => SendLine("What is your name?"u8);
///
///     public override void LineReceived(ReadOnlySpan&lt;byte&gt; line)
///     {
///         SendLine($"Hello, {Encoding.UTF8.GetString(line)}!");
///         Transport.LoseConnection();
///     }
/// }
/// </code>
/// </example>
/// <para>
/// A line of more than <see cref="MessageReceiver.MaxLength"/> bytes (default 16,384) goes to
/// <see cref="DelimitedReceiver.LineLengthExceeded"/> with all that has come after it, and is reported as soon as the
/// delimiter cannot come in time any more; no more than the limit and one read is ever held. The buffer is empty then, and
/// what the handler puts into it is looked at next.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>, <c>LineReceiver</c>. An exception takes the place of a true result of a handler.</para>
/// </remarks>
public abstract class LineReceiver : DelimitedReceiver
{
    /// <summary>Whether lines are delivered, as from the start, or raw data.</summary>
    public bool IsLineMode { get; private set; } = true;

    private protected override bool TakesAnything => !IsLineMode;

    /// <summary>From now on all goes to <see cref="RawDataReceived"/>, what has come already too: after the handler that called this, else with the next data.</summary>
    public void SetRawMode() => IsLineMode = false;

    /// <summary>From now on all is cut into lines again.</summary>
    public void SetLineMode() => IsLineMode = true;

    /// <summary>From now on all is cut into lines again, first what is given here.</summary>
    /// <param name="extra">What <see cref="RawDataReceived"/> got and is not raw data any more. Within a handler it is looked at when the handler has returned, else within the call.</param>
    public void SetLineMode(ReadOnlySpan<byte> extra)
    {
        IsLineMode = true;
        if (!extra.IsEmpty)
        {
            DataReceived(extra);
        }
    }

    /// <summary>Raw data has come, in a piece of any size.</summary>
    /// <param name="data">Valid during the call only; copy what is needed later.</param>
    /// <exception cref="NotSupportedException">The protocol went into raw mode without overriding this.</exception>
    public virtual void RawDataReceived(ReadOnlySpan<byte> data) =>
        throw new NotSupportedException($"{GetType().Name} went into raw mode; it must override {nameof(RawDataReceived)} for that.");

    private protected override void DeliverAnything(ReadOnlySpan<byte> data) => RawDataReceived(data);

    private protected override void Deliver()
    {
        while (CanDeliver && !Input.IsEmpty)
        {
            if (!IsLineMode)
            {
                RawDataReceived(Input.Take(Input.Length));
                continue;
            }

            int length = Input.IndexOf(Delimiter);
            bool isTooLong = length < 0 ? Input.Length - Delimiter.Length >= MaxLength : length > MaxLength;
            if (isTooLong)
            {
                LineLengthExceeded(Input.Take(Input.Length));
            }
            else if (length < 0)
            {
                return;
            }
            else
            {
                LineReceived(Input.Take(length + Delimiter.Length)[..length]);
            }
        }
    }
}
