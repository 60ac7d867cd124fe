using System.Net;
using System.Net.Sockets;

namespace Spindle.Tests.Testing;

/// <summary>An end of a connection outside the reactor: a socket of the runtime's.</summary>
internal sealed class RawPeer(Socket socket) : IDisposable
{
    public Socket Socket => socket;

    public IPEndPoint LocalAddress => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Connects to this machine, which the kernel does at once.</summary>
    public static RawPeer Connect(IPEndPoint address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(address);
        return new RawPeer(socket);
    }

    /// <summary>As <see cref="Connect"/>, with room for a few kilobytes: the rest of what it is sent stays with the sender's kernel.</summary>
    public static RawPeer ConnectWithSmallBuffer(IPEndPoint address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        socket.Connect(address);
        return new RawPeer(socket);
    }

    public async Task Send(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[await socket.SendAsync(data)..];
        }
    }

    /// <summary>Receives so many bytes, or fewer if the other side closes before.</summary>
    public async Task<byte[]> Receive(int count)
    {
        byte[] buffer = new byte[count];
        int received = 0;
        int read;
        while (received < count && (read = await socket.ReceiveAsync(buffer.AsMemory(received))) > 0)
        {
            received += read;
        }

        return buffer[..received];
    }

    /// <summary>Receives until the other side has closed.</summary>
    public async Task<byte[]> ReceiveToEnd()
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[65_536];
        int read;
        while ((read = await socket.ReceiveAsync(buffer.AsMemory())) > 0)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    public void CloseWriting() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();
}
