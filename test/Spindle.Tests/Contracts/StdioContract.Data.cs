using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Spindle.Endpoints;
using Spindle.Kernel;
using Spindle.Stdio;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Bytes in and out, on descriptors of every kind.</content>
public abstract partial class StdioContract
{
    [Fact, Clause("STDIO-1", "STDIO-3")]
    public void Pipes_Bytes_GoBothWays() => Run(async rig =>
    {
        RecordingProtocol protocol = new();
        Piped piped = new(rig, protocol);
        Assert.Equal(1, protocol.MadeCount);
        Assert.Same(piped.IO, protocol.Transport);
        Assert.IsType<PipeAddress>(piped.IO.GetHost());
        Assert.IsType<PipeAddress>(piped.IO.GetPeer());
        Assert.Equal("stdio", piped.IO.GetPeer().ToString());

        piped.Say("question");
        await rig.Until(() => protocol.ReceivedCount == 8);
        piped.IO.Write("one "u8);
        piped.IO.Write(new ReadOnlySequence<byte>("two"u8.ToArray()));

        await rig.Until(() => piped.Output == "one two");
        await piped.Finish();
        piped.IO.Write("dropped"u8);
        piped.IO.LoseWriteConnection();
        piped.IO.AbortConnection();
        piped.IO.PauseProducing();
        piped.IO.ResumeProducing();
    });

    [Fact, Clause("STDIO-1", "STDIO-12")]
    public void BlockingMode_WhileItLasts_IsOffAndThenAsItWas() => Run(async rig =>
    {
        IFiles files = rig.Kernel.Files;
        Piped piped = new(rig, new HalfCloseProtocol());
        int stdinShared = files.Duplicate(piped.Stdin);
        int stdoutShared = files.Duplicate(piped.Stdout);
        Assert.True(IsNonBlocking(files, stdinShared) && IsNonBlocking(files, stdoutShared));

        await piped.Finish();

        Assert.False(IsNonBlocking(files, stdinShared) || IsNonBlocking(files, stdoutShared));
        _ = files.Close(stdinShared);
        _ = files.Close(stdoutShared);
    });

    [Fact, Clause("STDIO-1", "STDIO-12")]
    public void Terminal_OnBothSides_StaysNonBlockingUntilTheEnd() => Run(async rig =>
    {
        IFiles files = rig.Kernel.Files;
        int master = rig.Kernel.Terminals.Open(out byte[] slave);
        int stdin = files.Open(Encoding.ASCII.GetString(slave[..^1]), writable: true);
        Assert.Equal(0, files.SetNonBlocking(stdin, isNonBlocking: false));
        int stdout = files.Duplicate(stdin);
        int shell = files.Duplicate(stdin);
        HalfCloseProtocol protocol = new();
        StandardIO io = new(protocol, stdin, stdout, rig.Reactor);

        Assert.Equal(6, files.Write(master, "typed\n"u8));
        await rig.Until(() => protocol.ReceivedCount == 6);
        Assert.Equal(0, protocol.WriteLostCount);
        io.LoseWriteConnection();
        await rig.Until(() => protocol.WriteLostCount == 1);
        Assert.True(IsNonBlocking(files, shell));
        Assert.Equal(1, files.Write(master, "\u0004"u8)); // The end, as it is typed.
        await rig.Until(() => protocol.LostCount == 1);

        Assert.Equal("typed\n"u8, protocol.Received);
        Assert.False(IsNonBlocking(files, shell));
        _ = files.Close(shell);
        _ = files.Close(master);
    });

    [Fact, Clause("STDIO-1", "STDIO-5", "STDIO-10")]
    public void OneSocket_ForBothSides_IsHalfClosed() => Run(async rig =>
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int fd = RawDescriptors.Connect((IPEndPoint)listener.LocalEndpoint, lowest: 10);
        using RawPeer peer = new(listener.AcceptSocket());
        HalfCloseProtocol protocol = new();
        StandardIO io = new(protocol, fd, fd, rig.Reactor);

        io.Write("to the peer"u8);
        io.LoseWriteConnection();

        Assert.Equal("to the peer"u8.ToArray(), await rig.Until(peer.ReceiveToEnd()));
        await rig.Until(() => protocol.WriteLostCount == 1);
        await peer.Send("an answer"u8.ToArray());
        await rig.Until(() => protocol.ReceivedCount == 9);
        peer.CloseWriting();
        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal(["protocol made", "protocol write lost", "protocol read lost", "protocol lost"], protocol.Journal);
    });

    [Theory, Clause("STDIO-2")]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public void RegularFile_AsOutput_GetsAllOfIt(int count) => Run(async rig =>
    {
        string path = Path.GetTempFileName();
        IFiles files = rig.Kernel.Files;
        Assert.Equal(0, files.CreatePipe(out int stdin, out int feed));
        int stdout = files.Open(path, writable: true);
        RecordingProtocol protocol = new();
        StandardIO io = new(protocol, stdin, stdout, rig.Reactor);
        byte[] bytes = new byte[count];
        Random.Shared.NextBytes(bytes);
        rig.Plan.AddNext(Operation.Write, FaultKind.Limit, value: count / 3); // A short write, which has to be waited for.

        io.Write(bytes);
        io.LoseConnection();

        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        File.Delete(path);
        _ = files.Close(feed);
    });

    [Fact, Clause("STDIO-2", "STDIO-6")]
    public void RegularFile_AsInput_IsReadToItsEnd() => Run(async rig =>
    {
        string path = Path.GetTempFileName();
        byte[] bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
        IFiles files = rig.Kernel.Files;
        int stdin = files.Open(path, writable: false);
        int stdout = files.Open("/dev/null", writable: true);
        RecordingProtocol protocol = new();
        StandardIO io = new(protocol, stdin, stdout, rig.Reactor);
        io.PauseProducing();
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, protocol.ReceivedCount);
        io.ResumeProducing();

        await rig.Until(() => protocol.LostCount == 1);

        Assert.Equal(bytes, protocol.Received);
        Assert.IsType<ConnectionDoneException>(protocol.Reason);
        File.Delete(path);
    });

    [Fact, Clause("STDIO-1", "STDIO-6")]
    public void DevNull_OnBothSides_EndsAtOnce() => Run(async rig =>
    {
        int stdin = rig.Kernel.Files.Open("/dev/null", writable: false);
        int stdout = rig.Kernel.Files.Open("/dev/null", writable: true);
        RecordingProtocol protocol = new();
        StandardIO io = new(protocol, stdin, stdout, rig.Reactor);
        io.Write("into the void"u8);

        await rig.Until(() => protocol.LostCount == 1);

        Assert.IsType<ConnectionDoneException>(protocol.Reason);
    });

    [Fact, Clause("STDIO-11")]
    public void PauseProducing_Input_WaitsUntilItIsResumed() => Run(async rig =>
    {
        RecordingProtocol protocol = new();
        Piped piped = new(rig, protocol);

        piped.IO.PauseProducing();
        piped.Say("held");
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, protocol.ReceivedCount);
        piped.IO.ResumeProducing();

        await rig.Until(() => protocol.ReceivedCount == 4);
        piped.IO.StopProducing();
        await rig.Until(() => protocol.LostCount == 1);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-11")]
    public void Producer_FeedsOutput_IsPausedResumedAndStopped() => Run(async rig =>
    {
        HalfCloseProtocol protocol = new();
        Piped piped = new(rig, protocol);
        PushProducer producer = new();
        PushProducer late = new();

        piped.IO.RegisterProducer(producer, streaming: true);
        piped.IO.Write(new byte[300_000]);
        Assert.Equal(["pause"], producer.Journal);
        await rig.Until(() => piped.Output.Length == 300_000);
        await rig.Until(() => producer.Journal.Count == 2);
        Assert.Equal("resume", producer.Journal[1]);
        piped.EndOutput();
        await rig.Until(() => protocol.WriteLostCount == 1);
        piped.IO.RegisterProducer(late, streaming: true);

        Assert.Equal("stop", producer.Journal[^1]);
        Assert.Equal(["stop"], late.Journal);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-1")]
    public void Constructor_BadDescriptor_SaysWhatIsWrongAndLeavesAllAsItWas() => Run(rig =>
    {
        IFiles files = rig.Kernel.Files;
        Assert.Equal(0, files.CreatePipe(out int read, out int write));
        _ = files.SetNonBlocking(read, isNonBlocking: false);
        RecordingProtocol protocol = new();

        Assert.Contains("not open for reading", Assert.Throws<ArgumentException>(() => new StandardIO(protocol, write, write, rig.Reactor)).Message, StringComparison.Ordinal);
        Assert.Contains("not open for writing", Assert.Throws<ArgumentException>(() => new StandardIO(protocol, read, read, rig.Reactor)).Message, StringComparison.Ordinal);
        Assert.Contains("Bad file descriptor", Assert.Throws<ArgumentException>(() => new StandardIO(protocol, 1_000_000, write, rig.Reactor)).Message, StringComparison.Ordinal);
        rig.Plan.Add(new Fault(Operation.FileControl, rig.Plan.Count(Operation.FileControl) + 4, FaultKind.Error, Errno.ENOMEM)); // The output's mode.
        Assert.Equal(Errno.ENOMEM, Assert.Throws<SystemCallException>(() => new StandardIO(protocol, read, write, rig.Reactor)).Errno);

        Assert.Equal(0, protocol.MadeCount);
        Assert.Empty(rig.Reactor.GetReaders());
        Assert.False(IsNonBlocking(files, read));
        _ = files.Close(read);
        _ = files.Close(write);
        return Task.CompletedTask;
    });

    [Fact, Clause("EP-15", "EP-19")]
    public void Endpoint_Listen_ConnectsAtOnce() => Run(async rig =>
    {
        IFiles files = rig.Kernel.Files;
        Assert.Equal(0, files.CreatePipe(out int stdin, out int feed));
        int stdout = files.Open("/dev/null", writable: true);
        RecordingProtocol protocol = new();
        RecordingFactory factory = new(() => protocol);

        Task<IListeningPort> listening = new StandardIOEndpoint(rig.Reactor, stdin, stdout).ListenAsync(factory);

        Assert.True(listening.IsCompletedSuccessfully);
        StandardIOPort port = Assert.IsType<StandardIOPort>(await listening);
        Assert.Equal(1, protocol.MadeCount);
        Assert.IsType<PipeAddress>(port.GetHost());
        await port.StopListening();
        Assert.Throws<InvalidOperationException>(port.StartListening);
        Assert.Equal((1, 0), (factory.Starts, factory.Stops));
        port.Connection.LoseConnection();
        Assert.IsType<ConnectionDoneException>(await rig.Until(port.Ended));
        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
        _ = files.Close(feed);
    });

    [Fact, Clause("EP-1")]
    public void Endpoint_Connect_IsDoneAtOnceAndStopsItsFactory() => Run(async rig =>
    {
        IFiles files = rig.Kernel.Files;
        Assert.Equal(0, files.CreatePipe(out int stdin, out int feed));
        int stdout = files.Open("/dev/null", writable: true);
        HalfCloseProtocol protocol = new();
        RecordingFactory factory = new(() => protocol);

        Task<IProtocol> connecting = new StandardIOEndpoint(rig.Reactor, stdin, stdout).ConnectAsync(factory);

        Assert.True(connecting.IsCompletedSuccessfully);
        Assert.Same(protocol, await connecting);
        _ = files.Close(feed);
        await rig.Until(() => protocol.ReadLostCount == 1); // Its abilities are found behind what stands in front of it.
        Assert.Equal((1, 0), (factory.Starts, factory.Stops));
        protocol.Transport.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
        await Assert.ThrowsAsync<ArgumentException>(() => new StandardIOEndpoint(rig.Reactor, 1_000_000).ConnectAsync(factory));
        Assert.Equal((2, 2), (factory.Starts, factory.Stops));
    });

    [Fact, Clause("EP-15")]
    public void Endpoint_CannotConnect_FailsTheTask() => Run(async rig =>
    {
        RecordingFactory factory = new();

        await Assert.ThrowsAsync<NoProtocolException>(() => new StandardIOEndpoint(rig.Reactor, 1_000_000).ListenAsync(Factory.For(_ => null)));
        await Assert.ThrowsAsync<ArgumentException>(() => new StandardIOEndpoint(rig.Reactor, 1_000_000).ListenAsync(factory));
        await Assert.ThrowsAsync<ArgumentNullException>(() => new StandardIOEndpoint(rig.Reactor).ListenAsync(null!));
        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
        Assert.IsType<StandardIOEndpoint>(EndpointStrings.ParseServer(rig.Reactor, "stdio:"));
        Assert.IsType<StandardIOEndpoint>(EndpointStrings.ParseClient(rig.Reactor, "stdio:"));
        Assert.Contains("write it as \"stdio:\"", Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(rig.Reactor, "stdio:0")).Message, StringComparison.Ordinal);
    });

    private static bool IsNonBlocking(IFiles files, int fd)
    {
        Assert.Equal(0, files.GetStatus(fd, out FileStatus status));
        return status.IsNonBlocking;
    }
}
