using System.Buffers.Text;
using System.Globalization;

namespace Spindle;

/// <summary>A protocol of netstrings: <c>5:hello,</c>.</summary>
/// <remarks>
/// <para>
/// A peer that sends anything else is broken: the connection is closed, and nothing of what it sent after that is looked at.
/// A length of more than <see cref="MessageReceiver.MaxLength"/> (default 99,999) is refused at the digit that makes it so.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>, <c>NetstringReceiver</c>. What was wrong can be read in <see cref="PeerFault"/>.</para>
/// </remarks>
public abstract class NetstringReceiver : MessageReceiver
{
    private const int DefaultMaxLength = 99_999;
    private const int MostPrefixBytes = 11; // Of an int's digits and the colon.
    private const int Incomplete = -1;

    /// <summary>Makes one.</summary>
    protected NetstringReceiver()
        : base(DefaultMaxLength)
    {
    }

    /// <summary>Whether the peer has sent something that is no netstring, or too long a one.</summary>
    public bool IsPeerBroken => PeerFault is not null;

    /// <summary>What was wrong with what the peer sent; null while nothing is.</summary>
    public FormatException? PeerFault { get; private set; }

    /// <inheritdoc/>
    public override void MakeConnection(ITransport transport)
    {
        PeerFault = null;
        base.MakeConnection(transport);
    }

    /// <inheritdoc/>
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (!IsPeerBroken)
        {
            base.DataReceived(data);
        }
    }

    /// <summary>A string has come.</summary>
    /// <param name="data">Without its length and comma; may be empty. Valid during the call only; copy what is needed later.</param>
    public abstract void StringReceived(ReadOnlySpan<byte> data);

    /// <summary>Sends a netstring, in one write.</summary>
    public void SendString(ReadOnlySpan<byte> data)
    {
        Span<byte> prefix = stackalloc byte[MostPrefixBytes];
        Utf8Formatter.TryFormat(data.Length, prefix, out int digits);
        prefix[digits] = (byte)':';
        Send(prefix[..(digits + 1)], data, ","u8);
    }

    private protected override void Deliver()
    {
        while (CanDeliver && !Input.IsEmpty)
        {
            int length = ReadLength(out int start);
            if (length == Incomplete || Input.Length - start <= length)
            {
                return;
            }

            byte end = Input.Unread[start + length];
            if (end != (byte)',')
            {
                Refuse($"The netstring of {length} bytes ends with {Show(end)}; it must end with a comma.");
                return;
            }

            StringReceived(Input.Take(start + length + 1).Slice(start, length));
        }
    }

    // The few digits are read again when more has come: that is less than to remember how far one was.
    private int ReadLength(out int start)
    {
        ReadOnlySpan<byte> unread = Input.Unread;
        long length = 0;
        for (start = 0; start < unread.Length; start++)
        {
            byte next = unread[start];
            if (next == (byte)':' && start > 0)
            {
                start++;
                return (int)length;
            }

            if (!char.IsAsciiDigit((char)next))
            {
                return Refuse(start == 0
                    ? $"A netstring begins with its length in digits; this one begins with {Show(next)}."
                    : $"A netstring's length is followed by a colon; this one, after {start} digits, by {Show(next)}.");
            }

            if (start == 1 && length == 0)
            {
                return Refuse("A netstring's length has no leading zero; this one's has.");
            }

            length = (length * 10) + (next - '0');
            if (length > MaxLength)
            {
                return Refuse($"A netstring may have {MaxLength} bytes (MaxLength); this one's length begins with {length}.");
            }
        }

        return Incomplete;
    }

    private int Refuse(string fault)
    {
        PeerFault = new FormatException(fault); // Before the end, which may be told at once.
        Input.Clear();
        TransportOrNull?.LoseConnection();
        return Incomplete;
    }

    private static string Show(byte value) => value is > 0x20 and < 0x7F
        ? $"'{(char)value}'"
        : string.Create(CultureInfo.InvariantCulture, $"0x{value:X2}");
}
