using System.Text;

namespace Spindle;

/// <summary>A protocol of lines: what <see cref="LineReceiver"/> and <see cref="LineOnlyReceiver"/> share.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>.</para>
/// </remarks>
public abstract class DelimitedReceiver : MessageReceiver
{
    private const int DefaultMaxLength = 16_384;

    private static readonly byte[] CarriageReturnAndLineFeed = [(byte)'\r', (byte)'\n'];
    private static readonly byte[] LineFeed = [(byte)'\n'];

    private byte[] _delimiter = CarriageReturnAndLineFeed;

    private protected DelimitedReceiver()
        : base(DefaultMaxLength)
    {
    }

    /// <summary>What ends a line: one byte or more, default CR LF. A change counts from the next line on.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public ReadOnlySpan<byte> Delimiter
    {
        get => _delimiter;
        set
        {
            if (value.IsEmpty)
            {
                throw new ArgumentException("A delimiter has at least one byte; a line that ends with nothing has no end.", nameof(value));
            }

            // The usual ones are shared: a delimiter is mostly set for each connection.
            _delimiter = value.SequenceEqual(CarriageReturnAndLineFeed) ? CarriageReturnAndLineFeed
                : value.SequenceEqual(LineFeed) ? LineFeed
                : value.ToArray();
            Input.SearchAgain();
        }
    }

    /// <summary>A line has come.</summary>
    /// <param name="line">Without the delimiter; may be empty. Valid during the call only; copy what is needed later.</param>
    public abstract void LineReceived(ReadOnlySpan<byte> line);

    /// <summary>A line is longer than <see cref="MessageReceiver.MaxLength"/>. The default closes the connection.</summary>
    /// <param name="data">The line, or as much of it as has come, and what the receiver says. Valid during the call only.</param>
    public virtual void LineLengthExceeded(ReadOnlySpan<byte> data) => TransportOrNull?.LoseConnection();

    /// <summary>Sends a line and the delimiter in one write.</summary>
    /// <param name="line">Without the delimiter. What is in it is not looked at.</param>
    public void SendLine(ReadOnlySpan<byte> line) => Send([], line, _delimiter);

    /// <summary>Sends a line, in UTF-8, and the delimiter in one write.</summary>
    /// <param name="line">Without the delimiter. What is in it is not looked at.</param>
    public void SendLine(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        SendLine(Encoding.UTF8.GetBytes(line));
    }

    /// <summary>Takes out what has come and was not delivered: within a handler, what comes after the line or data that it got.</summary>
    public byte[] ClearLineBuffer()
    {
        byte[] rest = Input.Unread.ToArray();
        Input.Clear();
        return rest;
    }
}
