using System.Text;
using Microsoft.Extensions.Logging;
using Spindle.Endpoints;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>A process as an endpoint.</content>
public abstract partial class ProcessContract
{
    [Fact]
    public void Endpoint_OnATerminal_IsResizedAndEndsWithItsInput() => Run(async rig =>
    {
        RecordingProtocol protocol = new();
        await EndpointStrings.ParseClient(rig.Reactor, "pty:sh:-c:stty -echo; echo ready; cat; stty size; exit 3").ConnectAsync(Factory.For(_ => protocol));
        await rig.Until(() => protocol.Received.IndexOf("ready"u8) >= 0);

        protocol.Transport.FindAbility<ITerminalTransport>()!.ResizeTerminal(new TerminalSize(columns: 99, rows: 33));
        protocol.Transport.Write("said\n"u8);
        protocol.Transport.LoseWriteConnection();

        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal("ready\r\nsaid\r\n33 99\r\n", Encoding.ASCII.GetString(protocol.Received));
        Assert.Equal(3, Assert.IsType<ProcessTerminatedException>(protocol.Reason).ExitCode);
        protocol.Transport.FindAbility<ITerminalTransport>()!.ResizeTerminal(new TerminalSize(1, 1)); // After the end: nothing.
        protocol.Transport.LoseWriteConnection();
    });

    [Fact]
    public void Endpoint_OnPipes_HasNoTerminal() => Run(async rig =>
    {
        RecordingProtocol protocol = new();
        await new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(Factory.For(_ => protocol));

        Assert.Null(protocol.Transport.FindAbility<ITerminalTransport>());

        protocol.Transport.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
    });

    [Fact, Clause("EP-6", "EP-1")]
    public void Endpoint_Connect_IsDoneAtOnceAndCarriesBytes() => Run(async rig =>
    {
        RecordingProtocol protocol = new("client");
        RecordingFactory factory = new(() => protocol);

        Task<IProtocol> connecting = new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(factory);

        Assert.True(connecting.IsCompletedSuccessfully);
        Assert.Same(protocol, await connecting);
        Assert.Equal(1, protocol.MadeCount);
        Assert.Equal("/bin/cat", Assert.IsType<ProcessAddress>(protocol.Transport.GetPeer()).Executable);
        Assert.Same(protocol.Transport.GetPeer(), protocol.Transport.GetHost());
        protocol.Transport.Write("hello"u8);
        await rig.Until(() => protocol.ReceivedCount == 5);
        protocol.Transport.LoseConnection();
        Assert.True(protocol.Transport.IsDisconnecting);
        await rig.Until(() => protocol.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(protocol.Reason);
        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
        protocol.Transport.Write("nobody"u8);
        protocol.Transport.LoseConnection();
        protocol.Transport.AbortConnection();
    });

    [Theory, Clause("EP-6")]
    [InlineData("exit 0", null, null)]
    [InlineData("exit 3", 3, null)]
    [InlineData("kill -9 $$", null, 9)]
    public void Endpoint_ProcessEnds_GivesTheReason(string script, int? exitCode, int? signal) => Run(async rig =>
    {
        RecordingProtocol protocol = new();

        await new ProcessEndpoint(rig.Reactor, Shell, ["sh", "-c", script]).ConnectAsync(Factory.For(_ => protocol));

        await rig.Until(() => protocol.LostCount == 1);
        if (exitCode is null && signal is null)
        {
            Assert.IsType<ConnectionDoneException>(protocol.Reason);
        }
        else
        {
            ProcessTerminatedException end = Assert.IsType<ProcessTerminatedException>(protocol.Reason);
            Assert.Equal((exitCode, signal), (end.ExitCode, end.Signal));
        }
    });

    [Theory, Clause("EP-6")]
    [InlineData(StandardErrorBehavior.Log)]
    [InlineData(StandardErrorBehavior.Drop)]
    public void Endpoint_StandardError_IsLoggedOrDropped(StandardErrorBehavior behavior) => Run(async rig =>
    {
        RecordingProtocol protocol = new("client");

        await new ProcessEndpoint(rig.Reactor, Shell, ["sh", "-c", "echo oh dear >&2; echo out"], standardError: behavior).ConnectAsync(Factory.For(_ => protocol));

        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal("out\n"u8, protocol.Received);
        string[] logged = [.. rig.Log.Take().Where(record => record.Level == LogLevel.Warning).Select(record => record.Text)];
        Assert.Equal(behavior == StandardErrorBehavior.Log ? ["[client,/bin/sh] Standard error: oh dear"] : Array.Empty<string>(), logged);
    });

    [Fact, Clause("EP-1", "EP-2", "EP-3", "EP-6")]
    public void Endpoint_CannotConnect_FailsTheTask() => Run(async rig =>
    {
        RecordingFactory factory = new();
        InvalidOperationException failure = new("no protocol today");

        await Assert.ThrowsAsync<SpawnException>(() => new ProcessEndpoint(rig.Reactor, "/no/such/program").ConnectAsync(factory));
        await Assert.ThrowsAsync<NoProtocolException>(() => new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(Factory.For(_ => null)));
        Assert.Same(failure, await Record.ExceptionAsync(() => new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(Factory.For(_ => throw failure))));
        await Assert.ThrowsAsync<ConnectingCancelledException>(() => new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(factory, new CancellationToken(canceled: true)));
        await Assert.ThrowsAsync<ArgumentNullException>(() => new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(null!));
        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
    });

    [Fact, Clause("EP-6", "PROTO-3")]
    public void Endpoint_NoisyFactory_IsReportedByTheReactor() => Run(async rig =>
    {
        RecordingProtocol protocol = new();
        RecordingFactory factory = new(() => protocol) { Name = "programs" };
        await new ProcessEndpoint(rig.Reactor, "/bin/true").ConnectAsync(factory);

        await rig.Until(() => factory.Stops == 1);

        Assert.Equal(
            ["Starting factory programs", "Stopping factory programs"],
            rig.Log.Take().Select(record => record.Text).Where(text => text.Contains("ing factory ", StringComparison.Ordinal)).Select(text => text[text.IndexOf("St", StringComparison.Ordinal)..]));
    });

    [Fact, Clause("EP-4", "EP-6")]
    public void Endpoint_HalfCloses_AreToldByThemselves() => Run(async rig =>
    {
        HalfCloseProtocol protocol = new("client");
        await new ProcessEndpoint(rig.Reactor, Shell, ["sh", "-c", "cat; exec >&-; sleep 0.05; exit 0"], Path).ConnectAsync(Factory.For(_ => protocol));
        List<string> journal = protocol.Journal;

        protocol.Transport.Write("all"u8);
        protocol.Transport.LoseWriteConnection();

        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal("all"u8, protocol.Received);
        Assert.Equal(["client lost", "client made", "client read lost", "client write lost"], journal.Where(entry => !entry.Contains("data", StringComparison.Ordinal)).Order());
        Assert.Equal("client lost", journal[^1]);
    });

    [Fact, Clause("EP-6", "I3")]
    public void Endpoint_ProtocolThrows_EndsItWithTheException() => Run(async rig =>
    {
        InvalidOperationException failure = new("the user's");
        RecordingProtocol inData = new() { OnData = _ => throw failure };
        RecordingProtocol inMade = new() { OnMade = () => throw failure };

        await new ProcessEndpoint(rig.Reactor, "yes").ConnectAsync(Factory.For(_ => inData));
        await new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(Factory.For(_ => inMade));

        await rig.Until(() => inData.LostCount == 1 && inMade.LostCount == 1);
        Assert.All([inData, inMade], protocol => Assert.Same(failure, protocol.Reason));
        Assert.All(rig.TakeErrors(), record => Assert.Same(failure, record.Exception));
    });

    [Fact, Clause("EP-6")]
    public void Endpoint_Abort_KillsTheProcess() => Run(async rig =>
    {
        RecordingProtocol protocol = new();
        await new ProcessEndpoint(rig.Reactor, Shell, ["sh", "-c", "trap '' TERM HUP PIPE; while :; do sleep 0.05; done"], Path).ConnectAsync(Factory.For(_ => protocol));

        protocol.Transport.AbortConnection();
        Assert.Equal(0, protocol.LostCount);

        await rig.Until(() => protocol.LostCount == 1);
        Assert.IsType<TransportAbortedException>(protocol.Reason);
    });

    [Fact, Clause("EP-6")]
    public void Endpoint_Producers_PauseAndResume() => Run(async rig =>
    {
        RecordingProtocol protocol = new();
        PushProducer producer = new();
        await new ProcessEndpoint(rig.Reactor, "/bin/cat").ConnectAsync(Factory.For(_ => protocol));
        ITransport transport = protocol.Transport;

        transport.RegisterProducer(producer, streaming: true);
        transport.PauseProducing();
        transport.Write(new byte[1_000_000]);
        Assert.Equal(["pause"], producer.Journal);
        await rig.NextTurn();
        Assert.Equal(0, protocol.ReceivedCount);
        transport.ResumeProducing();
        await rig.Until(() => protocol.ReceivedCount == 1_000_000);

        Assert.Equal(["pause", "resume"], producer.Journal);
        transport.UnregisterProducer();
        transport.StopProducing();
        await rig.Until(() => protocol.LostCount == 1);
    });

    [Fact, Clause("EP-6", "EP-18")]
    public void EndpointString_Exec_RunsTheProgram() => Run(async rig =>
    {
        RecordingProtocol protocol = new();

        await EndpointStrings.ParseClient(rig.Reactor, @"exec:sh:-c:pwd; echo \:$0\=:zero:path=/:stderr=drop").ConnectAsync(Factory.For(_ => protocol));

        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal("/\n:zero=\n", Encoding.UTF8.GetString(protocol.Received));
    });

    [Theory, Clause("EP-6", "EP-18")]
    [InlineData("pty:sh:-c:stty size:size=99x33", "33 99")]
    [InlineData("pty:sh:-c:stty size", "24 80")]
    public void EndpointString_Pty_RunsTheProgramOnATerminal(string description, string size) => Run(async rig =>
    {
        RecordingProtocol protocol = new();

        await EndpointStrings.ParseClient(rig.Reactor, description).ConnectAsync(Factory.For(_ => protocol));

        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal($"{size}\r\n", Encoding.ASCII.GetString(protocol.Received));
    });

    [Theory, Clause("EP-18")]
    [InlineData("exec", "the program is missing; write it as in \"exec:/bin/cat\"")]
    [InlineData("exec:", "the program is empty")]
    [InlineData("exec:cat:stderr=maybe", "it must be log or drop")]
    [InlineData("exec:cat:size=80x25", "exec endpoints have no size")]
    [InlineData("pty:sh:size=80", "as in 80x25")]
    [InlineData("pty:sh:size=80x", "as in 80x25")]
    [InlineData("pty:sh:stderr=log", "pty endpoints have no stderr")]
    public void EndpointString_Wrong_SaysHow(string text, string complaint) => Run(rig =>
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => EndpointStrings.ParseClient(rig.Reactor, text));

        Assert.Contains(complaint, wrong.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });
}
