using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What adopted sockets do on every selector.</summary>
public abstract partial class AdoptContract
{
    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<UnixRig, Task> test) => ReactorRig.Run(Kind, async rig =>
    {
        using UnixRig unix = new(rig);
        await test(unix);
        await rig.StopAsync();
    });

    private void Run(Action<UnixRig> test) => Run(unix =>
    {
        test(unix);
        return Task.CompletedTask;
    });

    [Theory, Clause("ADOPT-1", "ADOPT-2", "ADOPT-5", "ADOPT-6")]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    [InlineData(AddressFamily.Unix)]
    public void AdoptStreamPort_OriginalClosed_ServesOn(AddressFamily family) => Run(async unix =>
    {
        RecordingFactory factory = new() { Name = "the factory" };
        IListeningPort port;
        EndPoint address;
        using (Socket socket = Listen(unix, family))
        {
            port = unix.Reactor.Reactor.AdoptStreamPort(socket.SafeHandle, family, factory);
            address = socket.LocalEndPoint!;
            if (family == AddressFamily.Unix)
            {
                File.Move(unix.Socket, unix.File("moved")); // The runtime removes a socket's file with it.
            }

            Assert.NotEqual((int)socket.Handle, ((IFileObject)port).Fileno());
        }

        using Socket client = Connect(family == AddressFamily.Unix ? new UnixDomainSocketEndPoint(unix.File("moved")) : address);
        await unix.Reactor.Until(() => factory.Built.Count == 1);

        Assert.Equal(address.ToString(), port.GetHost().ToString());
        Assert.Equal(1, factory.Starts);
        Assert.Contains(unix.Reactor.Log.Take(), record => record.Text.StartsWith("[-] the factory starting on", StringComparison.Ordinal));
        await port.StopListening();
        Assert.Equal(1, factory.Stops);
        Assert.Throws<InvalidOperationException>(port.StartListening);
    });

    [Theory, Clause("ADOPT-2", "ADOPT-7", "ADOPT-8")]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.Unix)]
    public void StopListening_Adopted_OnlyCloses(AddressFamily family) => Run(async unix =>
    {
        using Socket socket = Listen(unix, family);
        if (family == AddressFamily.Unix)
        {
            File.SetUnixFileMode(unix.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        IListeningPort port = unix.Reactor.Reactor.AdoptStreamPort(socket.SafeHandle, family, new RecordingFactory());
        await port.StopListening();

        using Socket client = Connect(socket.LocalEndPoint!);
        using Socket accepted = socket.Accept(); // The other owner goes on.
        foreach (Operation operation in new[] { Operation.Shutdown, Operation.Unlink, Operation.ChangeMode, Operation.Listen })
        {
            Assert.Equal(0, unix.Reactor.Plan.Count(operation));
        }

        if (family == AddressFamily.Unix)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(unix.Socket));
        }
    });

    [Theory, Clause("ADOPT-7")]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.Unix)]
    public void StopAsync_Adopted_LeavesTheSocketToTheOther(AddressFamily family) => Run(async unix =>
    {
        using Socket socket = Listen(unix, family);
        unix.Reactor.Reactor.AdoptStreamPort(socket.SafeHandle, family, new RecordingFactory());

        await unix.Reactor.Reactor.StopAsync(TimeSpan.FromSeconds(1));

        using Socket client = Connect(socket.LocalEndPoint!);
        using Socket accepted = socket.Accept();
    });

    [Fact, Clause("ADOPT-3", "I7")]
    public void Adopt_NoSocketOrClosed_ThrowsWhatTheSystemSays() => Run(unix =>
    {
        RecordingFactory factory = new();
        using TestPipe pipe = new(unix.Reactor);
        using SafeFileHandle closed = new(DescriptorNumbers.Next(), ownsHandle: false);
        foreach (Action<SafeHandle> adopt in Calls(unix, AddressFamily.InterNetwork, factory))
        {
            Assert.Equal(Errno.ENOTSOCK, Assert.Throws<SystemCallException>(() => adopt(pipe.Write)).Errno);
            Assert.Equal(Errno.EBADF, Assert.Throws<SystemCallException>(() => adopt(closed)).Errno);
        }

        Assert.Equal(0, factory.Starts);
    });

    [Fact, Clause("ADOPT-5", "ADOPT-9", "I7")]
    public void Adopt_FamilyIsAnother_Throws() => Run(unix =>
    {
        using Socket socket = Listen(unix, AddressFamily.InterNetwork);
        foreach (AddressFamily family in new[] { AddressFamily.Packet, AddressFamily.InterNetworkV6, AddressFamily.Unix })
        {
            foreach (Action<SafeHandle> adopt in Calls(unix, family, new RecordingFactory()))
            {
                Assert.Equal(family, Assert.Throws<UnsupportedAddressFamilyException>(() => adopt(socket.SafeHandle)).AddressFamily);
            }
        }
    });

    [Fact, Clause("ADOPT-12", "I7")]
    public void Adopt_TypeIsAnother_Throws() => Run(unix =>
    {
        using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using Socket idle = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        foreach (Action<SafeHandle> adopt in Calls(unix, AddressFamily.InterNetwork, new RecordingFactory()))
        {
            Assert.Throws<UnsupportedSocketTypeException>(() => adopt(datagrams.SafeHandle));
        }

        Assert.Contains("does not listen", Assert.Throws<UnsupportedSocketTypeException>(
            () => unix.Reactor.Reactor.AdoptStreamPort(idle.SafeHandle, AddressFamily.InterNetwork, new RecordingFactory())).Message, StringComparison.Ordinal);
        Assert.Equal(Errno.ENOTCONN, Assert.Throws<SystemCallException>(
            () => unix.Reactor.Reactor.AdoptStreamConnection(idle.SafeHandle, AddressFamily.InterNetwork, new RecordingFactory())).Errno);
    });

    [Theory, Clause("ADOPT-2", "ADOPT-4", "ADOPT-9", "ADOPT-10", "ADOPT-11")]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.Unix)]
    public void AdoptStreamConnection_OriginalClosed_Serves(AddressFamily family) => Run(async unix =>
    {
        RecordingFactory factory = new(() => new RecordingProtocol("server"));
        using Socket listener = Listen(unix, family);
        using Socket client = Connect(listener.LocalEndPoint!, family == AddressFamily.Unix ? unix.File("client") : null);
        ITransport transport;
        using (Socket accepted = listener.Accept())
        {
            transport = unix.Reactor.Reactor.AdoptStreamConnection(accepted.SafeHandle, family, factory)!;
        }

        client.Send("question"u8);
        RecordingProtocol server = factory.Built[0];
        await unix.Reactor.Until(() => server.ReceivedCount == 8);
        server.Transport.Write("answer"u8);
        byte[] answer = new byte[16];
        await unix.Reactor.NextTurn();
        Assert.Equal(6, client.Receive(answer));

        Assert.Same(server.Transport, transport);
        Assert.True(NativeCalls.IsNonBlocking(((IFileObject)transport).Fileno()));
        Assert.Equal(client.LocalEndPoint!.ToString(), factory.Addresses[0].ToString());
        string session = client.LocalEndPoint is IPEndPoint internet ? $"server,{internet.Port},127.0.0.1" : $"server,0,{unix.File("client")}";
        Assert.Equal(session, ((ILoggingContext)transport).LogPrefix);
        client.Dispose();
        await unix.Reactor.Until(() => server.LostCount == 1);
        Assert.Equal((0, 0), (factory.Starts, factory.Stops));
    });

    [Theory, Clause("ADOPT-9", "I7")]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.Unix)]
    public void AdoptStreamConnection_FactoryHasNoneOrThrows_ClosesTheDuplicate(AddressFamily family) => Run(unix =>
    {
        using Socket listener = Listen(unix, family);
        using Socket client = Connect(listener.LocalEndPoint!);
        using Socket accepted = listener.Accept();
        RecordingProtocol failing = new() { OnMade = () => throw new NotSupportedException("no") };

        Assert.Null(unix.Reactor.Reactor.AdoptStreamConnection(accepted.SafeHandle, family, new RecordingFactory(() => null)));
        Assert.Throws<NotSupportedException>(() => unix.Reactor.Reactor.AdoptStreamConnection(
            accepted.SafeHandle, family, new RecordingFactory { OnBuild = _ => throw new NotSupportedException("no") }));
        accepted.Send("still there"u8);

        Assert.Equal(0, unix.Reactor.Plan.Count(Operation.Shutdown));
        Assert.Throws<NotSupportedException>(() => unix.Reactor.Reactor.AdoptStreamConnection(accepted.SafeHandle, family, new RecordingFactory(() => failing)));
        Assert.Equal(1, failing.LostCount);
    });

    [Theory, Clause("ADOPT-3", "I7")]
    [InlineData(Operation.Duplicate)]
    [InlineData(Operation.GetSockOpt)]
    [InlineData(Operation.GetPeerName)]
    [InlineData(Operation.FileControl)]
    [InlineData(Operation.GetSockName)]
    public void Adopt_ACallFails_ThrowsAndLeavesNothing(Operation operation) => Run(unix =>
    {
        using Socket listener = Listen(unix, AddressFamily.InterNetwork);
        using Socket client = Connect(listener.LocalEndPoint!);
        using Socket accepted = listener.Accept();
        RecordingFactory factory = new();
        unix.Reactor.Plan.FailNext(operation, Errno.ENOBUFS);

        SystemCallException failure = Assert.Throws<SystemCallException>(() =>
        {
            if (operation == Operation.GetSockName)
            {
                unix.Reactor.Reactor.AdoptStreamPort(listener.SafeHandle, AddressFamily.InterNetwork, factory);
            }
            else
            {
                unix.Reactor.Reactor.AdoptStreamConnection(accepted.SafeHandle, AddressFamily.InterNetwork, factory);
            }
        });

        Assert.Equal(Errno.ENOBUFS, failure.Errno);
        Assert.Equal(factory.Starts, factory.Stops);
    });

    private static IEnumerable<Action<SafeHandle>> Calls(UnixRig unix, AddressFamily family, IFactory factory) =>
    [
        socket => unix.Reactor.Reactor.AdoptStreamPort(socket, family, factory),
        socket => unix.Reactor.Reactor.AdoptStreamConnection(socket, family, factory),
    ];

    private static Socket Listen(UnixRig unix, AddressFamily family)
    {
        Socket socket = new(family, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(family switch
        {
            AddressFamily.Unix => new UnixDomainSocketEndPoint(unix.Socket),
            AddressFamily.InterNetworkV6 => new IPEndPoint(IPAddress.IPv6Loopback, 0),
            _ => new IPEndPoint(IPAddress.Loopback, 0),
        });
        socket.Listen(50);
        Assert.Equal(0, unix.Reactor.Kernel.Files.SetNonBlocking((int)socket.Handle, isNonBlocking: true));
        return socket;
    }

    private static Socket Connect(EndPoint address, string? bind = null)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        if (bind is not null)
        {
            socket.Bind(new UnixDomainSocketEndPoint(bind));
        }

        socket.Connect(address);
        return socket;
    }
}
