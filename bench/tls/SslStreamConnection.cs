using System.Net.Security;

namespace Spindle.Bench.Tls;

/// <inheritdoc cref="IConnection"/>
internal sealed class SslStreamConnection(SslStream stream) : IConnection
{
    private readonly byte[] _ping = Server.Ping();
    private readonly byte[] _answer = new byte[Server.PingSize];

    public async Task SendAsync(long count)
    {
        await stream.WriteAsync(Server.Announce(count));
        byte[] piece = new byte[Server.PieceSize];
        for (long left = count; left > 0; left -= piece.Length)
        {
            await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)));
        }

        await stream.ReadExactlyAsync(_answer.AsMemory(0, 1));
    }

    public async Task PingAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await stream.WriteAsync(_ping);
            await stream.ReadExactlyAsync(_answer);
        }
    }
}
