using System.Net;
using Spindle.Endpoints;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Support;

namespace Spindle.Tests.Endpoints;

public sealed class EndpointStringsTests
{
    private readonly MemoryReactor _reactor = new();

    [Theory, Clause("EP-19", "EP-13")]
    [InlineData("tcp:1234", 1234, "", 50)]
    [InlineData("tcp:port=1234", 1234, "", 50)]
    [InlineData("tcp:0:127.0.0.1", 0, "127.0.0.1", 50)]
    [InlineData("tcp:1234:127.0.0.1:8", 1234, "127.0.0.1", 8)]
    [InlineData("tcp:1234:backlog=8", 1234, "", 8)]
    [InlineData("tcp:interface=127.0.0.1:1234", 1234, "127.0.0.1", 50)]
    [InlineData(@"tcp:1234:interface=\:\:1", 1234, "::1", 50)]
    [InlineData("tcp6:1234", 1234, "::", 50)]
    [InlineData("tcp6:1234:8", 1234, "::", 8)]
    [InlineData(@"tcp6:1234:8:\:\:1", 1234, "::1", 8)]
    [InlineData(@"tcp6:1234:interface=\:\:1", 1234, "::1", 50)]
    public void ParseServer_Tcp_ListensThere(string text, int port, string host, int backlog)
    {
        Factory factory = Factory.For(_ => null);

        Task<IListeningPort> task = EndpointStrings.ParseServer(_reactor, text).ListenAsync(factory);

        MemoryTcpServer server = Assert.Single(_reactor.TcpServers);
        Assert.Equal((port, host, backlog), (server.Port, server.Host, server.Backlog));
        Assert.Same(factory, server.Factory);
        Assert.Same(server.Listener, Finished.ResultOf(task));
    }

    [Theory, Clause("EP-18")]
    [InlineData("haproxy:tcp:1234", 1234, "", 50)]
    [InlineData(@"haproxy:tcp:1234:interface=\:\:1:backlog=8", 1234, "::1", 8)]
    [InlineData(@"hap\roxy:t\cp:1234", 1234, "", 50)]
    [InlineData("haproxy:haproxy:tcp6:1234", 1234, "::", 50)]
    public void ParseServer_HaProxy_StandsInFrontOfTheRest(string text, int port, string host, int backlog)
    {
        Factory factory = Factory.For(_ => null);

        _ = EndpointStrings.ParseServer(_reactor, text).ListenAsync(factory);

        MemoryTcpServer server = Assert.Single(_reactor.TcpServers);
        Assert.Equal((port, host, backlog), (server.Port, server.Host, server.Backlog));
        HaProxyFactory proxy = Assert.IsType<HaProxyFactory>(server.Factory);
        Assert.Same(factory, ((proxy.WrappedFactory as HaProxyFactory) ?? proxy).WrappedFactory);
    }

    [Theory, Clause("EP-18")]
    [InlineData("haproxy", "what listens is missing; write it as in \"haproxy:tcp:8080\"")]
    [InlineData("haproxy:", "what listens is missing")]
    [InlineData("haproxy:8080", "no endpoint type \"8080\"")]
    [InlineData("haproxy:tcp", "the port is missing")]
    [InlineData("haproxy:tcp:1:nonsense=2", "tcp endpoints have no nonsense")]
    public void ParseServer_WrongHaProxy_SaysHow(string text, string what)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(_reactor, text));

        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HaProxyServerEndpoint_BadOptions_FailsThroughTheTask()
    {
        HaProxyServerEndpoint endpoint = new(_reactor, new TcpServerEndpoint(_reactor, 1), new HaProxyOptions { MaxHeaderLength = -1 });

        Task<IListeningPort> task = endpoint.ListenAsync(Factory.For(_ => null));

        Assert.IsType<ArgumentOutOfRangeException>(task.Exception!.InnerException);
        Assert.Empty(_reactor.TcpServers);
    }

    [Theory, Clause("EP-21", "EP-18", "EP-5")]
    [InlineData("tcp:example.com:1234", null, null)]
    [InlineData("tcp:host=example.com:port=1234", null, null)]
    [InlineData("tcp:port=1234:host=example.com", null, null)]
    [InlineData("tcp:host=example.com:1234", null, null)]
    [InlineData("tcp:example.com:port=1234", null, null)]
    [InlineData("tcp:example.com:1234:timeout=5", 5, null)]
    [InlineData("tcp:example.com:1234:bindAddress=127.0.0.9", null, "127.0.0.9")]
    [InlineData(@"tcp:example.com:1234:bindAddress=\:\:1:timeout=7", 7, "::1")]
    [InlineData("tcp:example.com:1234:bindAddress=", null, null)]
    [InlineData("TcP:example.com:1234", null, null)]
    public void ParseClient_Tcp_ConnectsThere(string text, int? timeout, string? bindAddress)
    {
        _ = EndpointStrings.ParseClient(_reactor, text).ConnectAsync(Factory.For(_ => null));

        MemoryTcpClient client = Assert.Single(_reactor.TcpClients);
        Assert.Equal(("example.com", 1234), (client.Host, client.Port));
        Assert.Equal(timeout, client.Timeout?.TotalSeconds);
        Assert.Equal(bindAddress is null ? null : new IPEndPoint(IPAddress.Parse(bindAddress), 0), client.BindAddress);
    }

    [Theory, Clause("EP-16", "EP-17", "EP-18")]
    [InlineData("", "no endpoint type \"\"")]
    [InlineData("1234", "no endpoint type \"1234\"")]
    [InlineData("nonsense:1234", "no endpoint type \"nonsense\" to listen; there is ")]
    [InlineData("TCP:1234", "no endpoint type \"TCP\"")]
    [InlineData("a=b:1234", "it must begin with a type")]
    [InlineData("tcp", "the port is missing; write it as in \"tcp:8080\"")]
    [InlineData("tcp:", "the port is \"\"; it must be a number from 0 to 65535")]
    [InlineData("tcp:http", "the port is \"http\"")]
    [InlineData("tcp:-1", "the port is \"-1\"")]
    [InlineData("tcp:65536", "the port is \"65536\"; it must be a number from 0 to 65535")]
    [InlineData("tcp:1:localhost", "the interface is \"localhost\"; it must be an IPv4 or IPv6 address")]
    [InlineData("tcp:1:127.0.0.1:x", "the backlog is \"x\"")]
    [InlineData("tcp:1:127.0.0.1:5:6", "one value too many, \"6\"")]
    [InlineData("tcp:1:colour=red", @"tcp endpoints have no colour; ""="" within a value is written \=")]
    [InlineData("tcp:1:backlog=1:backlog=2", "backlog is given twice")]
    [InlineData(@"tcp:1234\", "it ends with a backslash")]
    public void ParseServer_Wrong_SaysHow(string text, string complaint)
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(_reactor, text));

        Assert.StartsWith($"endpoint \"{text}\": ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, wrong.Message, StringComparison.Ordinal);
        Assert.Empty(_reactor.TcpServers);
    }

    [Theory, Clause("EP-18", "EP-21")]
    [InlineData("udp2:host:1", "no endpoint type \"udp2\" to connect; there is ")]
    [InlineData("tcp", "the host is missing; write it as in \"tcp:127.0.0.1:8080\"")]
    [InlineData("tcp:example.com", "the port is missing")]
    [InlineData("tcp::80", "the host is empty")]
    [InlineData("tcp:host:80:timeout=soon", "the timeout is \"soon\"")]
    [InlineData("tcp:host:80:bindAddress=here", "the bindAddress is \"here\"")]
    [InlineData("tcp:host:80:7", "one value too many, \"7\"")]
    [InlineData("unix:/run/echo:1", "one value too many, \"1\"")]
    [InlineData("tcp:host:80:sometimes=5", "tcp endpoints have no sometimes")]
    [InlineData("unix:/run/a=b", @"the path is missing; write it as in ""unix:/run/echo""; ""="" within a value is written \=")]
    public void ParseClient_Wrong_SaysHow(string text, string complaint)
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => EndpointStrings.ParseClient(_reactor, text));

        Assert.Contains(complaint, wrong.Message, StringComparison.Ordinal);
    }

    [Theory, Clause("EP-16")]
    [InlineData(@"t1:a\:b", null, "a:b")]
    [InlineData(@"t1:a\\b", null, @"a\b")]
    [InlineData(@"t1:a\=b", null, "a=b")]
    [InlineData("t1:k=a=b", "a=b", null)]
    [InlineData(@"t1:k=a\:b=c", "a:b=c", null)]
    [InlineData(@"t1:\k=a", "a", null)]
    [InlineData("t1:k=", "", null)]
    [InlineData("t1:", null, "")]
    public void Description_AnyEscapes_AreUndone(string text, string? named, string? positional)
    {
        EndpointDescription description = new(text);

        Assert.Equal("t1", description.Type);
        Assert.Equal(named, description.TakeNamed("k"));
        Assert.Equal(positional, description.Take("other"));
        description.End();
    }

    [Theory, Clause("EP-17")]
    [InlineData("plain")]
    [InlineData(@"a:b\c=d:=\")]
    [InlineData("")]
    public void QuoteArgument_Anything_StaysOneValue(string value)
    {
        EndpointDescription description = new($"t:{EndpointStrings.QuoteArgument(value)}:k={EndpointStrings.QuoteArgument(value)}");

        Assert.Equal(value, description.Take("first"));
        Assert.Equal(value, description.TakeNamed("k"));
        description.End();
    }

    [Fact, Clause("EP-18")]
    public void AddServerType_ItsDescriptions_AreHandedToIt()
    {
        StubServer endpoint = new();
        IReactorCore? given = null;
        string? argument = null;
        EndpointStrings.AddServerType("test-server", (reactor, description) =>
        {
            given = reactor;
            argument = description.TakeRequired("what", "test-server:it");
            return endpoint;
        });

        Assert.Same(endpoint, EndpointStrings.ParseServer(_reactor, "test-server:that"));
        Assert.Same(_reactor, given);
        Assert.Equal("that", argument);
        Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(_reactor, "test-server"));
        Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(_reactor, "test-server:that:more"));
        Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(_reactor, "Test-Server:that"));
        Assert.Throws<ArgumentException>(() => EndpointStrings.AddServerType("test-server", (_, _) => endpoint));
        Assert.Throws<ArgumentException>(() => EndpointStrings.AddServerType("tcp", (_, _) => endpoint));
        Assert.Throws<ArgumentException>(() => EndpointStrings.AddServerType("a:b", (_, _) => endpoint));
    }

    [Fact, Clause("EP-18")]
    public void AddClientType_ItsDescriptions_AreHandedToIt()
    {
        StubClient endpoint = new();
        EndpointStrings.AddClientType("test-client", (_, _) => endpoint);

        Assert.Same(endpoint, EndpointStrings.ParseClient(_reactor, "test-client"));
        Assert.Same(endpoint, EndpointStrings.ParseClient(_reactor, "TEST-client"));
        Assert.Throws<ArgumentException>(() => EndpointStrings.AddClientType("Tcp", (_, _) => endpoint));
    }

    [Fact]
    public void Require_ReactorCannot_SaysWhatItMustBe()
    {
        EndpointDescription description = new("paper:mail");

        ArgumentException wrong = Assert.Throws<ArgumentException>(() => description.Require<IDisposable>(_reactor));

        Assert.Contains("paper endpoints need a reactor that is an IDisposable; MemoryReactor is none", wrong.Message, StringComparison.Ordinal);
        Assert.Same(_reactor, description.Require<IReactorTcp>(_reactor));
    }

    private sealed class StubServer : IStreamServerEndpoint
    {
        public Task<IListeningPort> ListenAsync(IFactory factory) => throw new NotSupportedException();
    }

    private sealed class StubClient : IStreamClientEndpoint
    {
        public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
