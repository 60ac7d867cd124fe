using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Descriptors that are sent along.</content>
public abstract partial class UnixContract
{
    [Fact, Clause("UNIX-15", "UNIX-17", "UNIX-19")]
    public void SendFileDescriptor_WithAByte_ArrivesBeforeItAndIsTheReceivers() => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);

        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        pipe.Write.Dispose(); // Sent is what was given, and not what has become of it.
        pair.Client.Transport.Write("x"u8);
        await unix.Reactor.Until(() => server.ReceivedCount == 1);

        Assert.Equal(["server made", "server descriptor"], server.Journal);
        SafeFileHandle received = Assert.Single(server.Descriptors);
        Assert.True(NativeCalls.IsCloseOnExec((int)received.DangerousGetHandle()));
        Assert.Equal(1, unix.Reactor.Kernel.Files.Write((int)received.DangerousGetHandle(), "!"u8));
        Assert.Equal(1, pipe.ReadSome());
        received.Dispose();
        pipe.AssertNobodyWrites();
    });

    [Theory, Clause("UNIX-15", "UNIX-16")]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void SendFileDescriptor_AfterTheBytesOfTheSameTurn_ArrivesBeforeThem(int count) => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        int before = -1;
        server.OnDescriptor = _ => before = server.ReceivedCount;
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);

        pair.Client.Transport.Write(new byte[count]);
        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        await unix.Reactor.Until(() => server.ReceivedCount == count);

        Assert.Equal(0, before);
        Assert.Single(server.Descriptors).Dispose();
        Assert.Equal(0, pair.Client.LostCount);
    });

    [Fact, Clause("UNIX-16")]
    public void SendFileDescriptor_WithoutAByte_EndsWithOverrun() => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);

        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        pair.Client.Transport.Write("x"u8);
        await unix.Reactor.Until(() => pair.Client.LostCount == 1 && server.LostCount == 1);

        AssertReason<FileDescriptorOverrunException>(pair.Client);
        Assert.Empty(server.Descriptors);
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites();
    });

    [Fact, Clause("UNIX-17", "UNIX-21")]
    public void SendFileDescriptor_SeveralWithMuchData_ComeInOrderAheadOfTheRest() => Run(async unix =>
    {
        ReadOnlyMemory<byte> data = Payload.Shared(300_000, 1);
        DescriptorProtocol server = new("server");
        List<int> before = [];
        server.OnDescriptor = _ => before.Add(server.ReceivedCount);
        Pair pair = await unix.ConnectPair(server);
        using TestPipe one = new(unix.Reactor);
        using TestPipe other = new(unix.Reactor);

        pair.Client.Transport.Write(data.Span[..3]);
        Unix(pair.Client).SendFileDescriptor(one.Write);
        Unix(pair.Client).SendFileDescriptor(other.Write);
        pair.Client.Transport.Write(data.Span[3..]);
        await unix.Reactor.Until(() => server.ReceivedCount == data.Length);

        Assert.Equal([0, 1], before);
        Assert.True(data.Span.SequenceEqual(server.Received));
        Assert.Equal([one.Identity, other.Identity], server.Descriptors.Select(handle => TestPipe.Identify(unix.Reactor, handle)));
        server.Descriptors.ForEach(handle => handle.Dispose());
    });

    [Fact, Clause("UNIX-21")]
    public void Descriptors_SeveralInOneMessage_GiveOneCallEach() => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        RecordingFactory factory = new(() => server);
        unix.Listen(factory);
        using TestPipe pipe = new(unix.Reactor);

        // Python's runtime sends more than one in a message.
        string script = "import socket,os,sys\ns=socket.socket(socket.AF_UNIX);s.connect(sys.argv[1])\nsocket.send_fds(s,[b'x'],list(os.pipe())*126)\ns.close()";
        using System.Diagnostics.Process peer = System.Diagnostics.Process.Start("/usr/bin/python3", ["-c", script, unix.Socket]);
        await unix.Reactor.Until(() => server.LostCount == 1);

        Assert.Equal(252, server.Descriptors.Count);
        Assert.Equal("x"u8, server.Received);
        Assert.Equal(2, server.Descriptors.Select(handle => TestPipe.Identify(unix.Reactor, handle)).Distinct().Count() + 1);
        server.Descriptors.ForEach(handle => handle.Dispose());
        await peer.WaitForExitAsync();
    });

    [Fact, Clause("UNIX-18")]
    public void SendFileDescriptor_MoreThan64Wait_PausesThePushProducer() => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        server.OnDescriptor = handle => handle.Dispose();
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);
        for (int i = 0; i < 64; i++)
        {
            Unix(pair.Client).SendFileDescriptor(pipe.Write);
        }

        Assert.Empty(producer.Journal);
        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        Assert.Equal(["pause"], producer.Journal);
        pair.Client.Transport.Write(new byte[65]);
        await unix.Reactor.Until(() => server.Descriptors.Count == 65 && producer.Journal.Count == 2);
        Assert.Equal(["pause", "resume"], producer.Journal);
        pair.Client.Transport.UnregisterProducer();
    });

    [Fact, Clause("UNIX-19", "I7")]
    public void SendFileDescriptor_CannotBeDuplicated_ThrowsAndTheConnectionLives() => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);

        unix.Reactor.Plan.FailNext(Operation.Duplicate, Errno.EMFILE);
        Assert.Equal(Errno.EMFILE, Assert.Throws<SystemCallException>(() => Unix(pair.Client).SendFileDescriptor(pipe.Write)).Errno);
        pipe.Write.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Unix(pair.Client).SendFileDescriptor(pipe.Write));
        pair.Client.Transport.Write("x"u8);
        await unix.Reactor.Until(() => server.ReceivedCount == 1);

        Assert.Empty(server.Descriptors);
        pipe.AssertNobodyWrites();
    });

    [Theory, Clause("UNIX-20")]
    [InlineData(Errno.EAGAIN)]
    [InlineData(Errno.ENOBUFS)]
    public void SendFileDescriptor_KernelIsFull_SendsItLater(int errno) => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);
        unix.Reactor.Plan.FailNext(Operation.SendDescriptor, errno, times: 2);

        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        pair.Client.Transport.Write("xyz"u8);
        await unix.Reactor.Until(() => server.ReceivedCount == 3);

        Assert.Single(server.Descriptors).Dispose();
        Assert.Equal("xyz"u8, server.Received);
    });

    [Theory, Clause("UNIX-20", "I2", "I7")]
    [InlineData(109)] // ETOOMANYREFS: too many are under way.
    [InlineData(Errno.EPIPE)]
    [InlineData(Errno.EBADF)]
    public void SendFileDescriptor_FailsOtherwise_LosesTheConnection(int errno) => Run(async unix =>
    {
        Pair pair = await unix.ConnectPair(new DescriptorProtocol("server"));
        using TestPipe pipe = new(unix.Reactor);
        unix.Reactor.Plan.FailNext(Operation.SendDescriptor, errno);

        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        pair.Client.Transport.Write("xyz"u8);
        await unix.Reactor.Until(() => pair.Client.LostCount == 1 && pair.Server.LostCount == 1);

        Assert.Equal(errno, AssertReason<ConnectionLostException>(pair.Client).Errno);
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites();
    });

    [Fact, Clause("UNIX-22")]
    public void AncillaryData_Unknown_IsLoggedAndSkipped() => Run(async unix =>
    {
        Pair pair = await unix.ConnectPair(new DescriptorProtocol("server"));
        PassCredentials(unix, ((IFileObject)pair.Server.Transport).Fileno());

        pair.Client.Transport.Write("xyz"u8);
        await unix.Reactor.Until(() => pair.Server.ReceivedCount == 3);

        Assert.Contains(unix.Reactor.Log.Take(), record => record.Text.Contains("ancillary data of type 2", StringComparison.Ordinal));
    });

    [Fact, Clause("UNIX-23", "I7")]
    public void Descriptors_ProtocolTakesNone_AreClosedAndLogged() => Run(async unix =>
    {
        Pair pair = await unix.ConnectPair();
        using TestPipe pipe = new(unix.Reactor);

        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        pair.Client.Transport.Write("xyz"u8);
        await unix.Reactor.Until(() => pair.Server.ReceivedCount == 3);

        Assert.Contains(unix.Reactor.Log.Take(), record => record.Text == "[server,0,] server takes no descriptors; 1 that came were closed");
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites();
    });

    [Fact, Clause("UNIX-24", "I2", "I7")]
    public void Descriptors_SomeWereLost_AreAllClosedAndTheConnectionEnds() => Run(async unix =>
    {
        DescriptorProtocol server = new("server");
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);
        unix.Reactor.Plan.AddNext(Operation.ReceiveDescriptors, FaultKind.Outcome);

        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        pair.Client.Transport.Write("x"u8);
        await unix.Reactor.Until(() => server.LostCount == 1);

        Assert.Contains("lost on the way", AssertReason<ConnectionLostException>(server).Message, StringComparison.Ordinal);
        Assert.Empty(server.Descriptors);
        Assert.Equal(0, server.ReceivedCount);
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites();
    });

    [Fact, Clause("I2", "I3", "I7")]
    public void FileDescriptorReceived_Throws_EndsTheConnectionAndClosesIt() => Run(async unix =>
    {
        DescriptorProtocol server = new("server") { OnDescriptor = _ => throw new NotSupportedException("no") };
        Pair pair = await unix.ConnectPair(server);
        using TestPipe pipe = new(unix.Reactor);

        Unix(pair.Client).SendFileDescriptor(pipe.Write);
        pair.Client.Transport.Write("x"u8);
        await unix.Reactor.Until(() => server.LostCount == 1);

        AssertReason<NotSupportedException>(server);
        Assert.IsType<NotSupportedException>(unix.Reactor.TakeError().Exception);
        Assert.True(server.Descriptors[0].IsClosed);
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites();
    });

    [Fact, Clause("UNIX-19", "UNIX-24", "I2", "I7")]
    public void Descriptors_ConnectionsEndAnyhow_NoneIsLeftOpen() => Run(async unix =>
    {
        const int Seed = 20_26;
        Random random = new(Seed);
        using TestPipe pipe = new(unix.Reactor);
        List<SafeHandle> taken = [];
        RecordingFactory servers = new(() =>
        {
            DescriptorProtocol server = new("server");
            server.OnDescriptor = handle =>
            {
                taken.Add(handle);
                EndSomehow(random.Next(12), server.Transport);
            };
            return random.Next(4) == 0 ? new RecordingProtocol("server") : server;
        });
        unix.Listen(servers);
        RecordingFactory clients = new(() =>
        {
            RecordingProtocol client = new("client");
            client.OnMade = () =>
            {
                for (int i = random.Next(1, 40); i > 0; i--)
                {
                    Unix(client).SendFileDescriptor(pipe.Write);
                    client.Transport.Write(new byte[random.Next(0, 4) == 0 ? 20_000 : 2]);
                    EndSomehow(random.Next(40), client.Transport);
                }

                client.Transport.LoseConnection();
            };
            return client;
        });
        for (int i = 0; i < 100; i++)
        {
            unix.Reactor.Reactor.ConnectUnix(unix.Socket, clients);
        }

        await unix.Reactor.Until(() => clients.Losses.Count == 100 && servers.Built.All(server => server.LostCount == 1));
        await unix.Reactor.StopAsync();

        Assert.NotEmpty(taken);
        Assert.All(servers.Built.Concat(clients.Built), protocol => Assert.Equal(1, protocol.LostCount));
        taken.ForEach(handle => handle.Dispose());
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites(); // Not even a message on its way.
    });

    private static void EndSomehow(int how, ITransport transport)
    {
        switch (how)
        {
            case 0:
                transport.AbortConnection();
                break;
            case 1:
                transport.LoseConnection();
                break;
            case 2:
                transport.LoseWriteConnection();
                break;
        }
    }
}
