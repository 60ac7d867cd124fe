using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Spindle;
using Spindle.Endpoints;

// A restart without a lost connection. Started again, perhaps in a new version, it asks the process that serves for its
// listening socket; that one finishes what it has and ends. Nobody is refused in between: the socket is one and the same.
int port = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 7000;
string control = args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), $"spindle-handover-{port}");

using AsyncSelectorReactor reactor = new();
reactor.CallWhenRunning(() => reactor.Spawn(ServeAsync));
reactor.Run();

async Task ServeAsync()
{
    using SafeHandle socket = await TakeOverAsync() ?? MakeSocket();
    reactor.AdoptStreamPort(socket, AddressFamily.InterNetwork, Factory.For<Service>());
    reactor.ListenUnix(control, Factory.For(_ => new Predecessor(reactor, socket)), mode: UnixFileMode.UserRead | UnixFileMode.UserWrite, wantPid: true);
    Console.WriteLine($"process {Environment.ProcessId} serves on {port}");
    await reactor.Stopped;
}

async Task<SafeHandle?> TakeOverAsync()
{
    try
    {
        Successor successor = await new UnixClientEndpoint(reactor, control, checkPid: true).ConnectProtocolAsync(new Successor());
        return await successor.Socket;
    }
    catch (ConnectException)
    {
        return null; // Nobody serves.
    }
}

// The socket is made outside the reactor, so that the end of this process closes it and does not shut it down.
SafeHandle MakeSocket()
{
    Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
    socket.Listen(50);
    return socket.SafeHandle;
}

/// <summary>What is served: says who it is, and repeats what it hears.</summary>
internal sealed class Service : Protocol, IFinishing
{
    public override void ConnectionMade() => Transport.Write(System.Text.Encoding.ASCII.GetBytes($"process {Environment.ProcessId}\n"));

    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);

    // The client says when it is done; until then, or until the grace is over, it is served.
    public void Finish()
    {
    }
}

/// <summary>Gives the socket away and finishes.</summary>
internal sealed class Predecessor(AsyncSelectorReactor reactor, SafeHandle socket) : Protocol
{
    public override void ConnectionMade()
    {
        Transport.FindAbility<IUnixTransport>()!.SendFileDescriptor(socket);
        Transport.Write("s"u8); // Each descriptor travels with a byte.
        reactor.Spawn(() => reactor.StopAsync(grace: TimeSpan.FromSeconds(30)));
    }
}

/// <summary>Takes the socket, and waits until its predecessor has left the control path.</summary>
internal sealed class Successor : Protocol, IFileDescriptorReceiver
{
    private readonly TaskCompletionSource<SafeHandle?> _socket = new();
    private SafeHandle? _received;

    public Task<SafeHandle?> Socket => _socket.Task;

    public void FileDescriptorReceived(Microsoft.Win32.SafeHandles.SafeFileHandle descriptor) => _received = descriptor;

    public override void ConnectionLost(Exception reason) => _socket.TrySetResult(_received);
}
