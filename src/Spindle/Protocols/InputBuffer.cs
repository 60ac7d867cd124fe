using System.Buffers;

namespace Spindle.Protocols;

/// <summary>What has come and is not used up yet.</summary>
/// <remarks>
/// <para>
/// The memory is taken from the shared pool when something comes, and given back when all is used up: an idle connection
/// holds none. It grows with what came, not with what a peer announces. A byte is moved twice at the most for each byte
/// that comes, and nothing is searched twice, however small the pieces.
/// </para>
/// <para>Thread: one at a time.</para>
/// </remarks>
internal struct InputBuffer
{
    private const int SmallestSize = 256;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public InputBuffer()
    {
    }

    /// <summary>
    /// Whether pieces of the buffer are in the hands of the user. Their bytes stay where they are then, whatever is added or
    /// taken: what is needed for more is new memory, and the old is left to the collector.
    /// </summary>
    public bool IsLent { get; private set; }

    public readonly int Length => _end - _start;

    public readonly bool IsEmpty => _end == _start;

    /// <summary>Valid until something is added, unless the buffer is lent.</summary>
    public readonly ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>How many of the unread bytes <see cref="IndexOf"/> has searched in vain.</summary>
    public int Searched { get; private set; }

    /// <summary>How many bytes were moved to make room.</summary>
    public long Moved { get; private set; }

    public void Append(ReadOnlySpan<byte> data)
    {
        byte[]? old = MakeRoom(data.Length);
        data.CopyTo(_bytes.AsSpan(_end));
        _end += data.Length;
        if (old is not null)
        {
            ArrayPool<byte>.Shared.Return(old); // Not before: the data may be a piece of it.
        }
    }

    /// <summary>Puts other bytes, which may be a piece of the buffer, in the place of those that are there.</summary>
    public void Replace(ReadOnlySpan<byte> data)
    {
        Skip(Length);
        Append(data);
    }

    /// <summary>Uses up some bytes.</summary>
    /// <returns>Valid until something is added, unless the buffer is lent.</returns>
    public ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = Unread[..count];
        Skip(count);
        return taken;
    }

    public void Skip(int count)
    {
        _start += count;
        Searched = 0;
    }

    /// <summary>Finds the first delimiter.</summary>
    /// <returns>How many bytes are before it; -1 if it is not there. These are not searched again.</returns>
    public int IndexOf(ReadOnlySpan<byte> delimiter)
    {
        ReadOnlySpan<byte> unread = Unread;
        int index = unread[Searched..].IndexOf(delimiter);
        if (index >= 0)
        {
            return Searched + index;
        }

        Searched = Math.Max(Searched, unread.Length - (delimiter.Length - 1)); // The end may be the beginning of one.
        return -1;
    }

    /// <summary>The next search begins at the first byte: for another delimiter.</summary>
    public void SearchAgain() => Searched = 0;

    /// <summary>Until <see cref="TakeBack"/>, pieces of the buffer are in the hands of the user.</summary>
    public void Lend() => IsLent = true;

    public void TakeBack()
    {
        IsLent = false;
        GiveBackIfEmpty();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Skip(Length);
        if (!IsLent)
        {
            GiveBackIfEmpty();
        }
    }

    private void GiveBackIfEmpty()
    {
        if (!IsEmpty)
        {
            return;
        }

        _start = _end = 0;
        if (_bytes.Length > 0)
        {
            byte[] old = _bytes;
            _bytes = [];
            ArrayPool<byte>.Shared.Return(old);
        }
    }

    // Returns the array to be given back, if there is one.
    private byte[]? MakeRoom(int count)
    {
        if (count <= _bytes.Length - _end)
        {
            return null;
        }

        int length = Length;
        if (!IsLent && length <= _start && count <= _bytes.Length - length)
        {
            // Paid for by the bytes that were used up since the last time: there are at least as many.
            MoveTo(_bytes);
            return null;
        }

        byte[] old = _bytes;
        MoveTo(ArrayPool<byte>.Shared.Rent(Math.Max(SmallestSize, checked((int)Math.Max((long)length + count, 2L * length)))));
        return IsLent || old.Length == 0 ? null : old;
    }

    private void MoveTo(byte[] target)
    {
        int length = Length;
        Unread.CopyTo(target);
        Moved += length;
        _bytes = target;
        _start = 0;
        _end = length;
    }
}
