using Spindle.Endpoints;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Endpoints of datagrams.</content>
public abstract partial class UnixContract
{
    [Theory, Clause("UNIX-25", "UNIX-27", "UNIX-28")]
    [InlineData("unixgram:{0}:mode=600", "unixgram:{0}", true)]
    [InlineData("unixgram:{0}:600", "UNIXGRAM:path={0}:bind={0}.client:mode=600", true)]
    [InlineData("unixgram:@{0}", "unixgram:@{0}", false)]
    public void DatagramEndpoints_OfStrings_MeetAndTalk(string listen, string connect, bool isFile) => Run(async unix =>
    {
        IReactorCore reactor = unix.Reactor.Reactor;
        RecordingDatagrams client = new();

        Assert.True(EndpointStrings.IsDatagram(listen));
        IDatagramTransport server = await EndpointStrings.ParseDatagramServer(reactor, Fill(unix, listen)).ListenAsync(new EchoDatagrams());
        IDatagramTransport port = await EndpointStrings.ParseDatagramClient(reactor, Fill(unix, connect)).ConnectAsync(client);
        port.Write("hello"u8);
        await unix.Reactor.Until(() => client.Received.Count == 1);

        Assert.Equal(("hello", server.GetHost()), client.Received[0]);
        Assert.NotEqual(connect.Contains("bind", StringComparison.Ordinal), ((UnixAddress)port.GetHost()).IsAbstract);
        Assert.Equal(isFile, File.Exists(unix.Socket));
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(unix.Socket)!), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        await port.StopListening();
        await server.StopListening();
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(unix.Socket)!));
        Assert.Equal((1, 1), (client.Starts, client.Stops));
    });

    [Theory, Clause("UNIX-25")]
    [InlineData("unixgram", "the path is missing"), InlineData("unixgram:", "the path is empty"), InlineData("unixgram:/tmp/a:mode=888", "octal")]
    [InlineData("unixgram:/tmp/a:600:more", "one value too many"), InlineData("unixgram:/tmp/a:bind=/tmp/b", "have no bind")]
    public void ParseDatagramServer_Wrong_SaysHow(string text, string what) => Run(unix =>
        Assert.Contains(what, Assert.Throws<ArgumentException>(() => EndpointStrings.ParseDatagramServer(unix.Reactor.Reactor, text)).Message, StringComparison.Ordinal));

    [Theory, Clause("UNIX-28")]
    [InlineData("unixgram", "the path is missing"), InlineData("unixgram:/tmp/a:bind=", "the path is empty"), InlineData("unixgram:/tmp/a:backlog=5", "have no backlog")]
    public void ParseDatagramClient_Wrong_SaysHow(string text, string what) => Run(unix =>
        Assert.Contains(what, Assert.Throws<ArgumentException>(() => EndpointStrings.ParseDatagramClient(unix.Reactor.Reactor, text)).Message, StringComparison.Ordinal));

    [Fact, Clause("UNIX-29", "I7")]
    public void DatagramEndpoints_Fail_FailTheTaskAndLeaveNothing() => Run(async unix =>
    {
        AsyncSelectorReactor reactor = unix.Reactor.Reactor;
        RecordingDatagrams protocol = new();
        UnixDatagramClientEndpoint client = new(reactor, unix.Socket);

        ConnectException nobody = await Assert.ThrowsAsync<ConnectException>(() => client.ConnectAsync(protocol));
        await Assert.ThrowsAsync<TaskCanceledException>(() => client.ConnectAsync(protocol, new CancellationToken(canceled: true)));
        File.WriteAllText(unix.Socket, "another's");
        await Assert.ThrowsAsync<CannotListenException>(() => new UnixDatagramServerEndpoint(reactor, unix.Socket).ListenAsync(protocol));

        Assert.Equal(Errno.ENOENT, nobody.Errno);
        Assert.Equal(0, protocol.Starts);
        Assert.Equal("another's", File.ReadAllText(unix.Socket));
    });

    private static string Fill(UnixRig unix, string text) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, text, EndpointStrings.QuoteArgument(unix.Socket));
}
