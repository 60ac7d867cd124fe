using System.Buffers.Binary;
using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

public sealed class LinuxSocketsTests : LedgerCheckedTest
{
    private const int AddressSize = 16; // struct sockaddr_in

    private ISockets Sockets => Kernel.Sockets;

    [Fact]
    public void Create_Stream_IsListedNonBlockingAndCloseOnExec()
    {
        int fd = Sockets.Create(SocketConstants.AF_INET, SocketConstants.SOCK_STREAM, 0);
        Assert.Equal(1, Kernel.Ledger.Count);
        Own(fd);

        Assert.True(NativeCalls.IsCloseOnExec(fd));
        Assert.True(NativeCalls.IsNonBlocking(fd));
        Assert.Equal(-Errno.EAFNOSUPPORT, Sockets.Create(12345, SocketConstants.SOCK_STREAM, 0));
    }

    [Fact]
    public void Accept_NobodyThere_WouldBlock()
    {
        (int listener, _) = Listen();

        Assert.Equal(-Errno.EAGAIN, Sockets.Accept(listener, new byte[SocketConstants.MaxAddressSize], out int length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void ConnectAndAccept_Loopback_GivesBothAddresses()
    {
        (int listener, byte[] address) = Listen();
        int client = NewSocket();

        Assert.Equal(-Errno.EINPROGRESS, Sockets.Connect(client, address));
        WaitUntilReadable(listener);
        byte[] peer = new byte[SocketConstants.MaxAddressSize];
        int server = Own(Sockets.Accept(listener, peer, out int length));

        Assert.Equal(AddressSize, length);
        Assert.True(NativeCalls.IsCloseOnExec(server));
        Assert.True(NativeCalls.IsNonBlocking(server));
        Assert.Equal(LocalAddress(client), peer[..length]);
        Assert.Equal(address, PeerAddress(client));
        Assert.Equal(0, Sockets.GetOption(client, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR, out int error));
        Assert.Equal(0, error);
    }

    [Fact]
    public void Bind_AddressIsTaken_IsAnError()
    {
        (_, byte[] address) = Listen();

        Assert.Equal(-Errno.EADDRINUSE, Sockets.Bind(NewSocket(), address));
    }

    [Fact]
    public void Connect_NobodyListens_IsRefused()
    {
        int unused = NewSocket();
        Assert.Equal(0, Sockets.Bind(unused, Loopback(port: 0))); // Bound, so that nobody else listens there.
        int client = NewSocket();

        int result = Sockets.Connect(client, LocalAddress(unused));
        if (result == -Errno.EINPROGRESS)
        {
            WaitUntilReadable(client);
            Assert.Equal(0, Sockets.GetOption(client, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR, out int error));
            result = -error;
        }

        Assert.Equal(-Errno.ECONNREFUSED, result);
    }

    [Fact]
    public void SendAndReceive_Pair_CarriesBytes()
    {
        (int one, int other) = CreateSocketPair();
        byte[] buffer = new byte[16];
        Assert.Equal(-Errno.EAGAIN, Sockets.Receive(other, buffer));

        Assert.Equal(3, Sockets.Send(one, "abc"u8));
        Assert.Equal(3, Sockets.Receive(other, buffer));
        Assert.Equal("abc"u8, buffer.AsSpan(0, 3));

        Assert.Equal(0, Sockets.Shutdown(one, ShutdownSide.Write));
        Assert.Equal(0, Sockets.Receive(other, buffer));
        Assert.Equal(-Errno.EPIPE, Sockets.Send(one, "abc"u8));
    }

    [Fact]
    public unsafe void SendVector_Pieces_ArriveInOrder()
    {
        (int one, int other) = CreateSocketPair();
        byte[] first = "hello, "u8.ToArray();
        byte[] second = "world"u8.ToArray();
        byte[] buffer = new byte[32];

        fixed (byte* firstStart = first)
        fixed (byte* secondStart = second)
        {
            IoVector[] pieces =
            [
                new() { Start = firstStart, Length = (nuint)first.Length },
                new() { Start = secondStart, Length = (nuint)second.Length },
            ];
            Assert.Equal(first.Length + second.Length, Sockets.SendVector(one, pieces));
        }

        int count = Sockets.Receive(other, buffer);
        Assert.Equal("hello, world"u8, buffer.AsSpan(0, count));
        CloseOwn(other);
        AssertComesTo(-Errno.EPIPE, () => Sockets.SendVector(one, []));
    }

    [Fact]
    public void Send_BufferIsFull_IsShortAndThenWouldBlock()
    {
        (int one, _) = CreateSocketPair();
        byte[] much = new byte[8 * 1024 * 1024];

        Assert.InRange(Sockets.Send(one, much), 1, much.Length - 1);
        Assert.Equal(-Errno.EAGAIN, Sockets.Send(one, much));
    }

    [Fact]
    public void SetOption_Set_IsRead()
    {
        int fd = NewSocket();

        Assert.Equal(0, Sockets.SetOption(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, 1));
        Assert.Equal(0, Sockets.GetOption(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, out int value));
        Assert.Equal(1, value);
        Assert.Equal(-Errno.ENOTSOCK, Sockets.SetOption(CreatePipe().Read, SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE, 1));
    }

    [Fact]
    public void SetLingerZero_ThenClose_ResetsThePeer()
    {
        (int listener, byte[] address) = Listen();
        int client = NewSocket();
        Assert.Equal(-Errno.EINPROGRESS, Sockets.Connect(client, address));
        WaitUntilReadable(listener);
        int server = Own(Sockets.Accept(listener, new byte[SocketConstants.MaxAddressSize], out _));

        Assert.Equal(0, Sockets.SetLingerZero(client));
        CloseOwn(client);
        WaitUntilReadable(server);

        Assert.Equal(-Errno.ECONNRESET, Sockets.Receive(server, new byte[1]));
    }

    [Fact]
    public void AnyCall_Closed_IsBadDescriptor()
    {
        int fd = ClosedNumber();
        byte[] address = Loopback(port: 1);

        Assert.Equal(-Errno.EBADF, Sockets.Bind(fd, address));
        Assert.Equal(-Errno.EBADF, Sockets.Listen(fd, 1));
        Assert.Equal(-Errno.EBADF, Sockets.Accept(fd, address, out _));
        Assert.Equal(-Errno.EBADF, Sockets.Connect(fd, address));
        Assert.Equal(-Errno.EBADF, Sockets.GetLocalAddress(fd, address));
        Assert.Equal(-Errno.EBADF, Sockets.GetPeerAddress(fd, address));
        Assert.Equal(-Errno.EBADF, Sockets.Receive(fd, address));
        Assert.Equal(-Errno.EBADF, Sockets.Send(fd, address));
        Assert.Equal(-Errno.EBADF, Sockets.SendVector(fd, []));
        Assert.Equal(-Errno.EBADF, Sockets.Shutdown(fd, ShutdownSide.Both));
        Assert.Equal(-Errno.EBADF, Sockets.SetLingerZero(fd));
        Assert.Equal(-Errno.EBADF, Sockets.GetOption(fd, 1, 1, out _));
        Assert.Equal(-Errno.ENOTCONN, Sockets.GetPeerAddress(NewSocket(), address));
    }

    private static byte[] Loopback(ushort port)
    {
        byte[] address = new byte[AddressSize];
        BinaryPrimitives.WriteUInt16LittleEndian(address, SocketConstants.AF_INET);
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), port);
        address[4] = 127;
        address[7] = 1;
        return address;
    }

    private int NewSocket() => Own(Sockets.Create(SocketConstants.AF_INET, SocketConstants.SOCK_STREAM, 0));

    private (int Listener, byte[] Address) Listen()
    {
        int fd = NewSocket();
        Assert.Equal(0, Sockets.Bind(fd, Loopback(port: 0)));
        Assert.Equal(0, Sockets.Listen(fd, 8));
        return (fd, LocalAddress(fd));
    }

    private byte[] LocalAddress(int fd)
    {
        byte[] address = new byte[SocketConstants.MaxAddressSize];
        return address[..Sockets.GetLocalAddress(fd, address)];
    }

    private byte[] PeerAddress(int fd)
    {
        byte[] address = new byte[SocketConstants.MaxAddressSize];
        return address[..Sockets.GetPeerAddress(fd, address)];
    }

    private void WaitUntilReadable(int fd)
    {
        PollFd[] fds = [new() { Fd = fd, Asked = 1 }];
        Assert.Equal(1, Kernel.Polls.Wait(fds, OffThread.Patience.Ticks * 100));
    }
}
