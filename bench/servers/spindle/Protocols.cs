using System.Buffers.Binary;

namespace Spindle.Bench;

/// <summary>A protocol that does not read while too much waits to be sent.</summary>
internal abstract class Served : Protocol
{
    public override void ConnectionMade() => Transport.RegisterProducer(Transport, streaming: true);

    public override void ConnectionLost(Exception reason) => Transport.UnregisterProducer();
}

internal sealed class Echo : Served
{
    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);
}

internal sealed class StatsEcho : Served
{
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (HeapStats.Asked(data))
        {
            HeapStats.Print();
        }
        else
        {
            Transport.Write(data);
        }
    }
}

/// <summary>Answers each frame with a write of its own.</summary>
internal sealed class Framed : Served
{
    private const int HeaderSize = 4;
    private const int FrameLimit = 64 << 20;

    private byte[] _partial = [];
    private int _length;

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (_length > 0)
        {
            data = Append(data);
        }

        while (data.Length >= HeaderSize)
        {
            uint body = BinaryPrimitives.ReadUInt32BigEndian(data);
            if (body > FrameLimit)
            {
                Transport.AbortConnection();
                return;
            }

            if (data.Length - HeaderSize < body)
            {
                break;
            }

            Transport.Write(data[..(HeaderSize + (int)body)]);
            data = data[(HeaderSize + (int)body)..];
        }

        Keep(data);
    }

    private ReadOnlySpan<byte> Append(ReadOnlySpan<byte> data)
    {
        Reserve(_length + data.Length);
        data.CopyTo(_partial.AsSpan(_length));
        return _partial.AsSpan(0, _length + data.Length);
    }

    // The rest may lie in the kept array itself; copying a span onto itself is safe.
    private void Keep(ReadOnlySpan<byte> rest)
    {
        Reserve(rest.Length);
        rest.CopyTo(_partial);
        _length = rest.Length;
    }

    private void Reserve(int size)
    {
        if (size > _partial.Length)
        {
            Array.Resize(ref _partial, Math.Max(size, 2 * _partial.Length));
        }
    }
}

internal sealed class Sink : Protocol;

/// <summary>Writes whenever the transport asks for more.</summary>
internal sealed class Source : Protocol, IPullProducer
{
    private static readonly byte[] Chunk = new byte[256 * 1024];

    public override void ConnectionMade() => Transport.RegisterProducer(this, streaming: false);

    public void ResumeProducing() => Transport.Write(Chunk);

    public void StopProducing()
    {
    }
}
