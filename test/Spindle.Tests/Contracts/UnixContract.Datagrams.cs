using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Datagrams.</content>
public abstract partial class UnixContract
{
    [Theory, Clause("UNIX-25", "UNIX-26", "UNIX-28", "UNIX-30", "UNIX-31")]
    [InlineData("")]
    [InlineData("\0")]
    public void Datagrams_ClientWithAName_AreExchanged(string prefix) => Run(async unix =>
    {
        UnixAddress server = prefix + unix.Socket;
        UnixAddress client = prefix + unix.File("client");
        UnixDatagrams servers = new();
        UnixDatagrams clients = new();
        IDatagramTransport port = unix.Reactor.Reactor.ListenUnixDatagram(server, servers);
        IConnectedDatagramTransport connected = unix.Reactor.Reactor.ConnectUnixDatagram(server, clients, bindAddress: client);

        clients.Transport.Write("question"u8);
        await unix.Reactor.Until(() => servers.Received.Count == 1);
        servers.Transport.Write("answer"u8, servers.Senders[0]);
        await unix.Reactor.Until(() => clients.Received.Count == 1);

        Assert.Equal(("question", "answer"), (servers.Received[0], clients.Received[0]));
        Assert.Equal(client, servers.Senders[0]);
        Assert.Equal((server, client, server), (port.GetHost(), connected.GetHost(), connected.GetPeer()));
        Assert.Equal($"<UnixDatagramPort of UnixDatagrams on {server}>", port.ToString());
        Assert.Equal($"<UnixDatagramPort of UnixDatagrams on {client} to {server}>", connected.ToString());
        Assert.Throws<InvalidOperationException>(((IConnectedDatagramTransport)port).GetPeer);
    });

    [Fact, Clause("UNIX-25", "UNIX-28")]
    public void Datagrams_ClientWithoutAName_IsUnnamed() => Run(async unix =>
    {
        UnixDatagrams servers = new();
        UnixDatagrams clients = new();
        unix.Reactor.Reactor.ListenUnixDatagram(unix.Socket, servers, maxPacketSize: 4);
        unix.Reactor.Reactor.ConnectUnixDatagram(unix.Socket, clients);

        clients.Transport.Write("question"u8);
        await unix.Reactor.Until(() => servers.Received.Count == 1);

        Assert.Equal("ques", servers.Received[0]);
        Assert.Same(UnixAddress.Unnamed, servers.Senders[0]);
        Assert.Throws<InvalidAddressException>(() => servers.Transport.Write("answer"u8, servers.Senders[0]));
    });

    [Fact, Clause("UNIX-28")]
    public void ConnectUnixDatagram_BadNames_AreToldApart() => Run(unix =>
    {
        UnixAddress tooLong = new(new string('x', 200));

        ArgumentException peer = Assert.Throws<ArgumentException>(() => unix.Reactor.Reactor.ConnectUnixDatagram(tooLong, new UnixDatagrams()));
        ArgumentException own = Assert.Throws<ArgumentException>(() => unix.Reactor.Reactor.ConnectUnixDatagram(unix.Socket, new UnixDatagrams(), bindAddress: tooLong));

        Assert.Equal(("path", "bindAddress"), (peer.ParamName, own.ParamName));
    });

    [Fact, Clause("UNIX-25", "UNIX-27", "UNIX-31")]
    public void ListenUnixDatagram_ModeAndEnd_AreTheFiles() => Run(async unix =>
    {
        UnixDatagrams protocol = new();
        IDatagramTransport port = unix.Reactor.Reactor.ListenUnixDatagram(unix.Socket, protocol, mode: UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(unix.Socket));
        Assert.Throws<CannotListenException>(() => unix.Reactor.Reactor.ListenUnixDatagram(unix.Socket, new UnixDatagrams()));

        await port.StopListening();

        Assert.False(File.Exists(unix.Socket));
        Assert.False(protocol.IsConnected);
        Assert.Equal("<UnixDatagramPort of UnixDatagrams not listening>", port.ToString());
        IDatagramTransport again = unix.Reactor.Reactor.ListenUnixDatagram(unix.Socket, protocol);
        File.Delete(unix.Socket);
        File.WriteAllText(unix.Socket, "another's");
        await again.StopListening();
        Assert.Equal("another's", File.ReadAllText(unix.Socket));
    });

    [Theory, Clause("UNIX-29", "UNIX-31", "I7")]
    [InlineData(Operation.Socket)]
    [InlineData(Operation.Bind)]
    [InlineData(Operation.ChangeMode)]
    [InlineData(Operation.GetSockOpt)]
    [InlineData(Operation.Connect)]
    [InlineData(Operation.GetSockName)]
    public void ConnectUnixDatagram_ACallFails_TellsTheProtocolAndLeavesNothing(Operation operation) => Run(unix =>
    {
        unix.Reactor.Reactor.ListenUnixDatagram(unix.Socket, new UnixDatagrams());
        UnixDatagrams protocol = new();
        unix.Reactor.Plan.FailNext(operation, Errno.ENOBUFS);

        IDatagramTransport port = unix.Reactor.Reactor.ConnectUnixDatagram(unix.Socket, protocol, bindAddress: unix.File("client"));

        Assert.Equal(Errno.ENOBUFS, Assert.IsAssignableFrom<SpindleException>(Assert.Single(protocol.Failures)).Errno);
        Assert.False(File.Exists(unix.File("client")));
        Assert.Equal("<UnixDatagramPort of UnixDatagrams not listening>", port.ToString());
        Assert.True(port.StopListening().IsCompletedSuccessfully);
    });

    [Fact, Clause("UNIX-29")]
    public void ConnectUnixDatagram_NobodyThere_TellsTheProtocol() => Run(unix =>
    {
        UnixDatagrams protocol = new() { OnFailed = () => throw new NotSupportedException("no") };

        unix.Reactor.Reactor.ConnectUnixDatagram(unix.Socket, protocol);

        Assert.Equal(Errno.ENOENT, Assert.IsType<ConnectException>(Assert.Single(protocol.Failures)).Errno);
        Assert.IsType<NotSupportedException>(unix.Reactor.TakeError().Exception);
        Assert.Throws<ArgumentException>(() => unix.Reactor.Reactor.ConnectUnixDatagram("", protocol));
    });

    [Fact, Clause("UNIX-30")]
    public void Write_OneLengthForOneAddress_IsNoRun() => Run(async unix =>
    {
        UnixDatagrams servers = new();
        UnixDatagrams clients = new();
        unix.Reactor.Reactor.ListenUnixDatagram(unix.Socket, servers);
        unix.Reactor.Reactor.ConnectUnixDatagram(unix.Socket, clients);

        foreach (byte each in "123"u8.ToArray())
        {
            clients.Transport.Write([each]);
        }

        await unix.Reactor.Until(() => servers.Received.Count == 3);

        Assert.Equal(["1", "2", "3"], servers.Received);
        Assert.Equal(3, Assert.Single(unix.Reactor.Plan.Calls, call => call.Operation == Operation.SendDatagrams).Result);
    });

    [Fact, Clause("UNIX-30")]
    public void Write_PeerIsGone_TellsTheRefusal() => Run(async unix =>
    {
        UnixDatagrams servers = new();
        UnixDatagrams clients = new();
        IDatagramTransport port = unix.Reactor.Reactor.ListenUnixDatagram(unix.Socket, servers);
        unix.Reactor.Reactor.ConnectUnixDatagram(unix.Socket, clients);
        await port.StopListening();

        await unix.Reactor.Until(() =>
        {
            clients.Transport.Write("question"u8); // A child that another test is spawning may hold the port for a moment.
            return clients.Refusals > 0;
        });
        int refusals = clients.Refusals;
        clients.Transport.Write("again"u8); // The kernel has taken the connection away.
        Assert.Equal(0, clients.Transport.WriteNow("at once"u8));
        await unix.Reactor.Until(() => clients.Refusals > refusals);
    });

    [Fact, Clause("UNIX-26", "UNIX-30")]
    public void Write_TooLongOrTooMany_ThrowsOrDrops() => Run(async unix =>
    {
        using Socket silent = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(unix.Socket));
        UnixDatagrams protocol = new();
        IDatagramTransport port = unix.Reactor.Reactor.ConnectUnixDatagram(unix.Socket, protocol);

        Assert.Throws<MessageLengthException>(() => port.Write(new byte[1 << 20]));
        for (int i = 0; i < 2_000; i++)
        {
            port.Write("x"u8);
        }

        await unix.Reactor.Until(() => port.DroppedDatagrams > 0);
    });
}
