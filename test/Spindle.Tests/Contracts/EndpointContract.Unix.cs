using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Spindle.Endpoints;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>UNIX sockets, and sockets that others have made.</content>
public abstract partial class EndpointContract
{
    [Theory, Clause("EP-5", "EP-13", "EP-19", "EP-21")]
    [InlineData("unix:{0}", "unix:{0}", true)]
    [InlineData("unix:address={0}:mode=600:backlog=5:lockfile=1", "UNIX:{0}:lockfile=1:timeout=9", true)]
    [InlineData("unix:{0}:600:5:0", "unix:path={0}", false)]
    [InlineData("unix:@{0}", "unix:@{0}", false)]
    public void UnixEndpoints_OfStrings_MeetAndTalk(string server, string client, bool isLocked) => Run(async rig =>
    {
        using UnixRig unix = new(rig);
        RecordingProtocol echo = new("echo");
        echo.OnData = data => echo.Transport.Write(data);

        IListeningPort port = await Parse<IStreamServerEndpoint>(EndpointStrings.ParseServer, server).ListenAsync(new RecordingFactory(() => echo));
        Assert.Equal(isLocked, new FileInfo(unix.Lock).LinkTarget is not null);
        if (server.Contains("600", StringComparison.Ordinal))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(unix.Socket));
        }

        RecordingProtocol protocol = await Parse<IStreamClientEndpoint>(EndpointStrings.ParseClient, client).ConnectProtocolAsync(new RecordingProtocol());
        protocol.Transport.Write("hello"u8);
        await rig.Until(() => protocol.ReceivedCount == 5);
        Assert.IsType<UnixAddress>(protocol.Transport.GetPeer());
        await port.StopListening();

        T Parse<T>(Func<IReactorCore, string, T> parse, string text) =>
            parse(rig.Reactor, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, EndpointStrings.QuoteArgument(unix.Socket)));
    });

    [Theory, Clause("EP-13", "EP-21")]
    [InlineData("unix:", "the path is empty")]
    [InlineData("unix", "the path is missing")]
    [InlineData("unix:/tmp/a:mode=888", "octal")]
    [InlineData("unix:/tmp/a:mode=1777", "octal")]
    [InlineData("unix:/tmp/a:lockfile=yes", "from 0 to 1")]
    [InlineData("systemd:domain=IPX:index=0", "INET, INET6 or UNIX")]
    [InlineData("systemd:domain=INET", "either an index or a name")]
    [InlineData("systemd:domain=INET:index=0:name=web", "either an index or a name")]
    [InlineData("systemd:domain=INET:index=70000", "no such socket")]
    public void ServerStrings_Wrong_SayHow(string text, string what) => Run(rig =>
    {
        Assert.Contains(what, Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(rig.Reactor, text)).Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    [Fact, Clause("EP-13", "EP-1")]
    public void UnixEndpoints_Fail_FailTheTaskAndNotTheCall() => Run(async rig =>
    {
        using UnixRig unix = new(rig);
        File.WriteAllText(unix.Socket, "");

        await Assert.ThrowsAsync<CannotListenException>(() => new UnixServerEndpoint(rig.Reactor, unix.Socket).ListenAsync(new RecordingFactory()));
        await Assert.ThrowsAsync<ConnectRefusedException>(() => new UnixClientEndpoint(rig.Reactor, unix.Socket).ConnectProtocolAsync(new RecordingProtocol()));
        await Assert.ThrowsAsync<BadFileException>(() => new UnixClientEndpoint(rig.Reactor, unix.Socket, checkPid: true).ConnectProtocolAsync(new RecordingProtocol()));
    });

    [Fact, Clause("EP-14")]
    public void AdoptedStreamServerEndpoint_Listens_OnceAndClosesItsCopy() => Run(async rig =>
    {
        RecordingFactory factory = new();
        using Socket socket = ListenOnLoopback();
        Assert.True(socket.Blocking);
        SafeFileHandle copy = new(NativeCalls.DuplicateFrom((int)socket.Handle, 0), ownsHandle: true);
        AdoptedStreamServerEndpoint endpoint = new(rig.Reactor, copy, AddressFamily.InterNetwork);

        IListeningPort port = await endpoint.ListenAsync(factory);

        Assert.True(copy.IsClosed);
        Assert.True(NativeCalls.IsNonBlocking(((IFileObject)port).Fileno()));
        await Assert.ThrowsAsync<AlreadyListenedException>(() => endpoint.ListenAsync(factory));
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
    });

    [Theory, Clause("EP-19")]
    [InlineData("systemd:domain=INET:index=0")]
    [InlineData("systemd:domain=INET:name=web")]
    public void Systemd_SocketWasGiven_ListensOnItOnce(string text) => Run(async rig =>
    {
        using Socket socket = ListenOnLoopback();
        int number = DescriptorNumbers.Next();
        NativeCalls.DuplicateTo((int)socket.Handle, number);
        InheritedSockets given = new(number, Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), "1", "web");
        RecordingFactory factory = new();

        AssertWrong("systemd endpoints have no backlog", text + ":backlog=5"); // Takes nothing.
        IListeningPort port = await Parse(text).ListenAsync(factory);

        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        AssertWrong("in use already", text);

        void AssertWrong(string what, string wrong) =>
            Assert.Contains(what, Assert.Throws<ArgumentException>(() => Parse(wrong)).Message, StringComparison.Ordinal);

        IStreamServerEndpoint Parse(string description) => SystemdEndpointStrings.ParseServer(rig.Reactor, new EndpointDescription(description), given);
    });

    [Theory, Clause("EP-19")]
    [InlineData(true, "2", "a:b", "there are 2: 0 (a), 1 (b)")]
    [InlineData(true, "2", null, "there are 2: 0 (unknown), 1 (unknown)")]
    [InlineData(false, "2", "a:b", "the process was given no sockets (LISTEN_FDS, LISTEN_PID)")]
    [InlineData(true, "-2", "", "the process was given no sockets (LISTEN_FDS, LISTEN_PID)")]
    [InlineData(true, null, null, "the process was given no sockets (LISTEN_FDS, LISTEN_PID)")]
    public void InheritedSockets_Variables_TellWhatIsThere(bool isForUs, string? count, string? names, string description)
    {
        string process = (isForUs ? Environment.ProcessId : 1).ToString(System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(description, new InheritedSockets(3, process, count, names).Describe());
    }

    private static Socket ListenOnLoopback()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(50);
        return socket;
    }
}
