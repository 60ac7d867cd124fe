using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Spindle.Bench.Tls;

/// <summary>SslStream over NetworkStream, with await.</summary>
internal sealed class SslStreamContender : IContender
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public void Run(IWork work)
    {
        _listener.Start(512);
        _ = AcceptAsync();
        work.RunAsync(this).GetAwaiter().GetResult();
    }

    public async Task HandshakeAsync()
    {
        using SslStream stream = await OpenAsync();
        byte[] one = new byte[1];
        await stream.WriteAsync(one);
        await stream.ReadExactlyAsync(one);
        await stream.ShutdownAsync();
    }

    public async Task<IConnection> ConnectAsync() => new SslStreamConnection(await OpenAsync());

    private async Task<SslStream> OpenAsync()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_listener.LocalEndpoint);
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(Certificates.ClientOptions);
        return stream;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsServerAsync(Certificates.ServerOptions);
        Server server = new();
        byte[] buffer = new byte[16_384];
        for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
        {
            if (server.Answer(buffer.AsSpan(0, count)) is { Length: > 0 } answer)
            {
                await stream.WriteAsync(answer);
            }
        }

        await stream.ShutdownAsync();
    }
}
