namespace Spindle;

/// <summary>A protocol of strings of bytes, each after its length as a number of some bytes, most significant first.</summary>
/// <remarks>
/// <para>
/// A length of more than <see cref="MessageReceiver.MaxLength"/> (default 99,999) is reported before the string has come.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>protocols/basic.py</c>, <c>IntNStringReceiver</c>. After a length that is too large, strings that were
/// delivered are not delivered again; <c>recvd</c> is <see cref="Unparsed"/>.
/// </para>
/// </remarks>
public abstract class IntNStringReceiver : MessageReceiver
{
    private const int DefaultMaxLength = 99_999;
    private const int MostPrefixBytes = 4;

    /// <summary>Makes one.</summary>
    /// <param name="prefixLength">How many bytes tell the length: 1 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="prefixLength"/> is not 1 to 4.</exception>
    protected IntNStringReceiver(int prefixLength)
        : base(DefaultMaxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, MostPrefixBytes);
        PrefixLength = prefixLength;
    }

    /// <summary>How many bytes tell the length.</summary>
    public int PrefixLength { get; }

    /// <summary>
    /// What has come and was not delivered: in <see cref="StringReceived"/> all that comes after the string, in
    /// <see cref="LengthLimitExceeded"/> all from the prefix on. What is put in its place is looked at instead: in
    /// <see cref="StringReceived"/> next, else with the next data. Valid until the next change.
    /// </summary>
    public ReadOnlySpan<byte> Unparsed
    {
        get => Input.Unread;
        set => Input.Replace(value);
    }

    /// <summary>A string has come.</summary>
    /// <param name="data">Without its length; may be empty. Valid during the call only; copy what is needed later.</param>
    public abstract void StringReceived(ReadOnlySpan<byte> data);

    /// <summary>A string is announced that is longer than <see cref="MessageReceiver.MaxLength"/>. The default closes the connection.</summary>
    /// <param name="length">Its length in bytes.</param>
    /// <remarks>Its prefix stays where it is and is reported again with all that comes, until the connection is closed or <see cref="Unparsed"/> is changed.</remarks>
    public virtual void LengthLimitExceeded(long length) => TransportOrNull?.LoseConnection();

    /// <summary>Sends a string after its length, in one write.</summary>
    /// <exception cref="StringTooLongException">The prefix cannot tell the length. Nothing is sent.</exception>
    public void SendString(ReadOnlySpan<byte> data)
    {
        long most = (1L << (8 * PrefixLength)) - 1;
        if (data.Length > most)
        {
            throw new StringTooLongException(data.Length, PrefixLength, most);
        }

        Span<byte> prefix = stackalloc byte[MostPrefixBytes];
        prefix = prefix[..PrefixLength];
        int rest = data.Length;
        for (int i = PrefixLength - 1; i >= 0; i--)
        {
            prefix[i] = (byte)rest;
            rest >>= 8;
        }

        Send(prefix, data, []);
    }

    private protected override void Deliver()
    {
        while (CanDeliver && Input.Length >= PrefixLength)
        {
            long length = ReadPrefix();
            if (length > MaxLength)
            {
                LengthLimitExceeded(length);
                return;
            }

            if (Input.Length - PrefixLength < length)
            {
                return;
            }

            StringReceived(Input.Take(PrefixLength + (int)length)[PrefixLength..]);
        }
    }

    private long ReadPrefix()
    {
        long length = 0;
        foreach (byte each in Input.Unread[..PrefixLength])
        {
            length = (length << 8) | each;
        }

        return length;
    }
}
