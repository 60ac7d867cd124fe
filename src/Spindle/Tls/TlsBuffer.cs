using System.Buffers;
using System.Runtime.CompilerServices;

namespace Spindle.Tls;

/// <summary>Bytes that wait, first in, first out, in memory of the pool that goes back when it is empty.</summary>
/// <remarks>Thread: one at a time. A mutable value: it is a field that is moved (<see cref="Move"/>), never copied.</remarks>
internal struct TlsBuffer
{
    private const int Smallest = 4096;

    private byte[]? _memory;
    private int _start;
    private int _end;

    /// <summary>How many bytes wait.</summary>
    public readonly int Count => _end - _start;

    /// <summary>Those bytes. Good until the next change.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _memory.AsSpan(_start, _end - _start);

    /// <summary>Empties the buffer into a new one.</summary>
    public TlsBuffer Move()
    {
        TlsBuffer moved = this;
        this = default;
        return moved;
    }

    /// <summary>Copies bytes behind the others.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        if (_memory is null || _memory.Length - _end < bytes.Length)
        {
            MakeRoom(bytes.Length);
        }

        bytes.CopyTo(_memory.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Moves bytes from the front.</summary>
    /// <returns>How many.</returns>
    public int Take(Span<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Count);
        if (count > 0)
        {
            _memory.AsSpan(_start, count).CopyTo(bytes);
            Skip(count);
        }

        return count;
    }

    /// <summary>Drops bytes from the front.</summary>
    public void Skip(int count)
    {
        _start += count;
        if (_start == _end)
        {
            Clear();
        }
    }

    /// <summary>Drops all and gives the memory back.</summary>
    public void Clear()
    {
        byte[]? memory = _memory;
        _memory = null;
        _start = _end = 0;
        if (memory is not null)
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeRoom(int more)
    {
        int count = Count;
        if (_memory is not null && _memory.Length - count >= more && _start >= count)
        {
            _memory.AsSpan(_start, count).CopyTo(_memory); // Cheaper than new memory, and rare enough: at least as much was taken.
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Smallest, checked(Math.Max(count * 2, count + more))));
            Bytes.CopyTo(larger);
            if (_memory is not null)
            {
                ArrayPool<byte>.Shared.Return(_memory);
            }

            _memory = larger;
        }

        _start = 0;
        _end = count;
    }
}
