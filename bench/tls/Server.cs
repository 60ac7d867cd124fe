using System.Buffers.Binary;

namespace Spindle.Bench.Tls;

/// <summary>What the server does with what comes: echoes it, or counts what was announced and then answers with one byte.</summary>
internal sealed class Server
{
    public const int PingSize = 256;
    public const int PieceSize = 65_536;

    private const byte Announcement = 1; // Pings begin with zero.
    private const int AnnouncementSize = 9;

    private readonly byte[] _echo = new byte[16_384];
    private long _left;

    public static byte[] Ping() => new byte[PingSize];

    public static byte[] Announce(long count)
    {
        byte[] message = new byte[AnnouncementSize];
        message[0] = Announcement;
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(1), count);
        return message;
    }

    /// <returns>What to send back; lent until the next call.</returns>
    public ReadOnlyMemory<byte> Answer(ReadOnlySpan<byte> data)
    {
        if (_left == 0 && data[0] == Announcement)
        {
            _left = BinaryPrimitives.ReadInt64LittleEndian(data[1..]);
            data = data[AnnouncementSize..];
            if (data.IsEmpty)
            {
                return default;
            }
        }

        if (_left > 0)
        {
            _left -= data.Length;
            return _left == 0 ? _echo.AsMemory(0, 1) : default;
        }

        data.CopyTo(_echo);
        return _echo.AsMemory(0, data.Length);
    }
}
