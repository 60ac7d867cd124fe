using System.Net;
using System.Net.Sockets;
using Spindle.Datagrams;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What UDP does on every selector.</summary>
public abstract partial class UdpContract
{
    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    private static IUdpTransport Listen(ReactorRig rig, IDatagramProtocol protocol, string host = "127.0.0.1", int maxPacketSize = 8192) =>
        rig.Reactor.ListenUdp(0, protocol, host, maxPacketSize);

    private static IPEndPoint AddressOf(IDatagramTransport port) => (IPEndPoint)port.GetHost();

    private static int FdOf(IDatagramTransport port) => ((DatagramPort)port).Fileno();

    /// <summary>A socket of the runtime's, outside the reactor.</summary>
    private static Socket RawSocket(string host = "127.0.0.1")
    {
        IPAddress address = IPAddress.Parse(host);
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[65_536];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
    }

    /// <summary>A port at which nobody listens: its number is taken at another address, so that no other test is given it.</summary>
    /// <remarks>A socket that is closed here does not do: a child that another test is spawning may hold it for a moment.</remarks>
    private static IPEndPoint DeadAddress(Socket taken) => new(IPAddress.Parse("127.0.0.80"), ((IPEndPoint)taken.LocalEndPoint!).Port);

    private static int NoSuchThing => Errno.EIO; // An error that no call has a rule for.
}
