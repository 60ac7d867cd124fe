using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Ports.</content>
public abstract partial class UnixContract
{
    [Fact, Clause("UNIX-1")]
    public void ListenUnix_Mode_IsTheFilesWhateverTheUmask() => Run(unix =>
    {
        IListeningPort open = unix.Listen(new RecordingFactory());
        IListeningPort closed = unix.Reactor.Reactor.ListenUnix(
            new UnixAddress(System.Text.Encoding.UTF8.GetBytes(unix.File("bytes"))), new RecordingFactory(), mode: UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal(UnixModes.Everybody, File.GetUnixFileMode(unix.Socket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(unix.File("bytes")));
        Assert.Equal(new UnixAddress(unix.Socket), open.GetHost());
        Assert.Equal(unix.File("bytes"), closed.GetHost().ToString());
    });

    [Fact, Clause("UNIX-2")]
    public void ListenUnix_Always_TellsTheStartThenLocksThenStartsTheFactoryThenBinds() => Run(unix =>
    {
        List<bool> found = [];
        string start = $"[-] the factory starting on '{unix.Socket}'";
        RecordingFactory factory = new()
        {
            Name = "the factory",
            OnStart = () => found.AddRange([unix.Reactor.Log.Take().Any(record => record.Text == start), new FileInfo(unix.Lock).LinkTarget is not null, File.Exists(unix.Socket)]),
        };
        File.CreateSymbolicLink(unix.Lock, $"{Environment.ProcessId}");
        Assert.Throws<CannotListenException>(() => unix.Listen(new RecordingFactory { Name = "another" }, wantPid: true));
        Assert.Contains($"[-] another starting on '{unix.Socket}'", unix.Reactor.Log.Take().Select(record => record.Text)); // Before the lock was looked at.
        File.Delete(unix.Lock);

        unix.Listen(factory, wantPid: true);

        Assert.Equal([true, true, false], found);
    });

    [Fact, Clause("UNIX-3", "UNIX-5")]
    public void ListenUnix_PathExists_ThrowsAndUndoesAll() => Run(unix =>
    {
        File.WriteAllText(unix.Socket, "mine");
        RecordingFactory factory = new();

        CannotListenException refused = Assert.Throws<CannotListenException>(() => unix.Listen(factory));
        CannotListenException locked = Assert.Throws<CannotListenException>(() => unix.Listen(factory, wantPid: true));

        Assert.Equal(Errno.EADDRINUSE, refused.Errno);
        Assert.Equal(("", 0), (refused.Host, refused.Port));
        Assert.Equal(new UnixAddress(unix.Socket), refused.UnixAddress);
        Assert.Contains("wantPid", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wantPid", locked.Message, StringComparison.Ordinal);
        Assert.Equal((2, 2), (factory.Starts, factory.Stops));
        Assert.Equal("mine", File.ReadAllText(unix.Socket));
        Assert.Null(new FileInfo(unix.Lock).LinkTarget);
    });

    [Theory, Clause("UNIX-3", "I7")]
    [InlineData(Operation.Socket, Errno.EMFILE)]
    [InlineData(Operation.Bind, Errno.EACCES)]
    [InlineData(Operation.ChangeMode, Errno.EPERM)]
    [InlineData(Operation.Listen, Errno.ENOBUFS)]
    [InlineData(Operation.Link, Errno.EACCES)]
    public void ListenUnix_ACallFails_ThrowsAndLeavesNothing(Operation operation, int errno) => Run(unix =>
    {
        RecordingFactory factory = new();
        unix.Reactor.Plan.FailNext(operation, errno);

        CannotListenException refused = Assert.Throws<CannotListenException>(() => unix.Listen(factory, wantPid: true));

        Assert.Equal(errno, refused.Errno);
        Assert.Equal(factory.Starts, factory.Stops);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(unix.Socket)!));
        unix.Listen(factory, wantPid: true);
    });

    [Theory, Clause("UNIX-1", "UNIX-10")]
    [InlineData("", "empty")]
    [InlineData("/tmp/a\0b", "zero")]
    [InlineData("long", "107")]
    public void Path_IsNone_IsRefusedWithTheReason(string path, string reason) => Run(unix =>
    {
        path = path == "long" ? "/tmp/" + new string('x', 200) : path;

        Assert.Contains(reason, Assert.Throws<CannotListenException>(() => unix.Reactor.Reactor.ListenUnix(path, new RecordingFactory())).Message, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => unix.Reactor.Reactor.ConnectUnix(path, new RecordingFactory())).Message, StringComparison.Ordinal);
    });

    [Fact, Clause("UNIX-4")]
    public void ListenUnix_LockIsAlive_ThrowsAndTouchesNothing() => Run(unix =>
    {
        IListeningPort first = unix.Listen(new RecordingFactory(), wantPid: true);
        RecordingFactory second = new();

        CannotListenException refused = Assert.Throws<CannotListenException>(() => unix.Listen(second, wantPid: true));

        Assert.Contains("another process serves it", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, second.Starts);
        using Socket client = ConnectRaw(unix.Socket); // The first one is served on.
        Assert.Equal(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), new FileInfo(unix.Lock).LinkTarget);
        GC.KeepAlive(first);
    });

    [Fact, Clause("UNIX-4")]
    public void ListenUnix_LockIsStale_RemovesTheSocketThatWasLeft() => Run(async unix =>
    {
        // What a process leaves that was killed.
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(unix.File("dead")));
            File.CreateSymbolicLink(unix.Lock, DeadProcess());
            File.Move(unix.File("dead"), unix.Socket);
        }

        RecordingFactory factory = new();
        IListeningPort port = unix.Listen(factory, wantPid: true);

        using Socket client = ConnectRaw(unix.Socket);
        await unix.Reactor.Until(() => factory.Built.Count == 1);
        await port.StopListening();
        Assert.Null(new FileInfo(unix.Lock).LinkTarget);
        Assert.False(File.Exists(unix.Socket));
    });

    [Fact, Clause("UNIX-4")]
    public void ListenUnix_LockIsStaleAndThePathIsNoSocket_LeavesIt() => Run(unix =>
    {
        File.WriteAllText(unix.Socket, "mine");
        File.CreateSymbolicLink(unix.Lock, DeadProcess());

        Assert.Throws<CannotListenException>(() => unix.Listen(new RecordingFactory(), wantPid: true));

        Assert.Equal("mine", File.ReadAllText(unix.Socket));
    });

    [Fact, Clause("UNIX-6", "UNIX-9")]
    public void StopListening_Always_RemovesFileAndLockAndTellsIt() => Run(async unix =>
    {
        RecordingFactory factory = new() { Name = "the factory" };
        IListeningPort port = unix.Listen(factory, wantPid: true);
        Assert.Equal($"<UnixPort of the factory on {unix.Socket}>", port.ToString());

        await port.StopListening();

        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(unix.Socket)!));
        Assert.Equal(1, factory.Stops);
        Assert.Contains($"[the factory] (UNIX Port {unix.Socket} Closed)", unix.Reactor.Log.Take().Select(record => record.Text));
        Assert.Equal("<UnixPort of the factory not listening>", port.ToString());
        port.StartListening(); // And again.
        using Socket client = ConnectRaw(unix.Socket);
        await unix.Reactor.Until(() => factory.Built.Count == 1);
    });

    [Fact, Clause("UNIX-7")]
    public void StopListening_FileIsGoneOrAnothers_FinishesAndLeavesTheOther() => Run(async unix =>
    {
        RecordingFactory factory = new();
        IListeningPort gone = unix.Listen(factory);
        File.Delete(unix.Socket);
        await gone.StopListening();
        IListeningPort replaced = unix.Listen(factory);
        File.Delete(unix.Socket);
        File.WriteAllText(unix.Socket, "another's");

        await replaced.StopListening();

        Assert.Equal((2, 2), (factory.Starts, factory.Stops));
        Assert.Equal("another's", File.ReadAllText(unix.Socket));
    });

    [Fact, Clause("UNIX-7")]
    public void StopListening_LockIsAnothersNow_FinishesAndTellsIt() => Run(async unix =>
    {
        RecordingFactory factory = new();
        IListeningPort port = unix.Listen(factory, wantPid: true);
        File.Delete(unix.Lock);
        File.CreateSymbolicLink(unix.Lock, "1");

        await port.StopListening();

        Assert.Equal(1, factory.Stops);
        Assert.Equal("1", new FileInfo(unix.Lock).LinkTarget);
        Assert.Contains("could not be given back", unix.Reactor.TakeError().Text, StringComparison.Ordinal);
    });

    [Fact, Clause("UNIX-8", "UNIX-12")]
    public void AbstractName_Always_ServesWithoutAFile() => Run(async unix =>
    {
        UnixAddress name = new("\0" + unix.Socket);

        Pair pair = await unix.ConnectPair(path: name);

        Assert.Equal(name, pair.Port.GetHost());
        Assert.Equal(name, pair.Server.Transport.GetHost());
        Assert.Equal(name, pair.Client.Transport.GetPeer());
        Assert.Equal("@" + unix.Socket, name.ToString());
        Assert.Equal(0, unix.Reactor.Plan.Count(Operation.ChangeMode));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(unix.Socket)!));
        await pair.Port.StopListening();
        Assert.Equal(0, unix.Reactor.Plan.Count(Operation.Unlink));
    });

    [Fact, Clause("UNIX-6", "I2")]
    public void StopAsync_ClientsWait_AreServedAndTheFileIsGone() => Run(async unix =>
    {
        RecordingFactory factory = new(() =>
        {
            RecordingProtocol protocol = new();
            protocol.OnData = _ => protocol.Transport.Write("answer"u8);
            return protocol;
        });
        unix.Listen(factory);
        List<Socket> clients = [.. Enumerable.Range(0, 20).Select(_ => ConnectRaw(unix.Socket))];
        clients.ForEach(client => client.Send("question"u8));

        await unix.Reactor.Reactor.StopAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(20, factory.Built.Count);
        byte[] answer = new byte[16];
        Assert.All(clients, client => Assert.Equal(6, client.Receive(answer)));
        Assert.All(clients, client => Assert.Equal(0, client.Receive(answer)));
        Assert.False(File.Exists(unix.Socket));
        clients.ForEach(client => client.Dispose());
    });
}
