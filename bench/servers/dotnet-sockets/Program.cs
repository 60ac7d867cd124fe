// .NET's own sockets. The driver runs this twice: as it is, and with the two environment settings that make the completions
// run on one socket thread (DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS and DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT).
using System.Net;
using System.Net.Sockets;
using Spindle.Bench;

const int Backlog = 4096;

if (args.Length != 2 || !int.TryParse(args[1], out int port))
{
    Console.Error.WriteLine("usage: dotnet-sockets echo|stats-echo|framed|sink|source PORT");
    return 2;
}

Action<Socket> serve = args[0] switch
{
    "echo" => socket => new EchoConnection(socket, stats: false).Start(),
    "stats-echo" => socket => new EchoConnection(socket, stats: true).Start(),
    "framed" => socket => _ = StreamConnections.FramedAsync(socket),
    "sink" => socket => _ = StreamConnections.SinkAsync(socket),
    "source" => socket => _ = StreamConnections.SourceAsync(socket),
    _ => throw new ArgumentException($"There is no mode {args[0]}."),
};

using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
listener.Listen(Backlog);
Console.WriteLine($"listening {port}");

while (true)
{
    Socket socket = await listener.AcceptAsync();
    socket.NoDelay = true;
    serve(socket);
}
