using System.Net;
using Spindle.Descriptors;
using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Protocols;

public sealed class FactoryTests
{
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 7000);

    [Fact, Clause("PROTO-3")]
    public void DoStartAndDoStop_SeveralUsers_StartsWithTheFirstAndStopsWithTheLast()
    {
        RecordingFactory factory = new();

        factory.DoStart();
        factory.DoStart();
        Assert.Equal(1, factory.Starts);

        factory.DoStop();
        Assert.Equal(0, factory.Stops);

        factory.DoStop();
        Assert.Equal(1, factory.Stops);

        factory.DoStart();
        Assert.Equal(2, factory.Starts);
    }

    [Fact, Clause("PROTO-3")]
    public void DoStop_NotStarted_DoesNothing()
    {
        RecordingFactory factory = new();

        factory.DoStop();
        Assert.Equal(0, factory.Stops);

        factory.DoStart();
        Assert.Equal(1, factory.Starts);
    }

    [Fact]
    public void DoStart_StartFactoryThrows_IsStartedByTheNextOne()
    {
        RecordingFactory factory = new() { OnStart = () => throw new FormatException() };
        Assert.Throws<FormatException>(factory.DoStart);

        factory.OnStart = null;
        factory.DoStart();

        Assert.Equal(1, factory.Starts);
    }

    [Fact, Clause("PROTO-3")]
    public void IsNoisy_Default_ReportsTheFirstUseAndTheEndOfTheLast()
    {
        RecordingHost host = new();
        RecordingFactory factory = new() { Name = "clients" };
        host.Use(factory);

        factory.DoStart();
        factory.DoStart();
        Assert.Equal(["Starting factory clients"], host.Messages);

        factory.DoStop();
        factory.DoStop();
        factory.DoStop();
        Assert.Equal(["Starting factory clients", "Stopping factory clients"], host.Messages);
    }

    [Fact, Clause("PROTO-3")]
    public void IsNoisy_False_ReportsNothing()
    {
        RecordingHost host = new();
        RecordingFactory factory = new() { IsNoisy = false };
        host.Use(factory);

        factory.DoStart();
        factory.DoStop();

        Assert.Empty(host.Messages);
        Assert.Equal(1, factory.Stops);
    }

    [Fact, Clause("PROTO-4")]
    public void BuildProtocol_ForAType_MakesANewOneAndTellsItItsFactory()
    {
        Factory factory = Factory.For<AccumulatingProtocol>();

        AccumulatingProtocol first = Assert.IsType<AccumulatingProtocol>(factory.BuildProtocol(Address));
        AccumulatingProtocol second = Assert.IsType<AccumulatingProtocol>(factory.BuildProtocol(Address));

        Assert.NotSame(first, second);
        Assert.Same(factory, first.Factory);
    }

    [Fact, Clause("PROTO-4")]
    public void BuildProtocol_ForAFunction_GivesItTheAddress()
    {
        EndPoint? given = null;
        Factory factory = Factory.For(address =>
        {
            given = address;
            return null;
        });

        Assert.Null(factory.BuildProtocol(Address));
        Assert.Same(Address, given);
    }

    [Fact, Clause("PROTO-4")]
    public void For_NoFunction_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => Factory.For(null!));
        Assert.Throws<ArgumentNullException>(() => ClientFactory.For(null!));
        Assert.Throws<ArgumentNullException>(() => ReconnectingClientFactory.For(null!));
    }

    [Fact, Clause("PROTO-4")]
    public void LogPrefix_ForAType_NamesIt()
    {
        Assert.Equal("Factory of AccumulatingProtocol", LogNames.Of(Factory.For<AccumulatingProtocol>()));
        Assert.Equal("ClientFactory of AccumulatingProtocol", LogNames.Of(ClientFactory.For<AccumulatingProtocol>()));
        Assert.Equal("Factory", LogNames.Of(Factory.For(_ => null)));
    }

    [Fact, Clause("PROTO-5")]
    public void ClientFactory_EveryCallback_DoesNothingByDefault()
    {
        ClientFactory factory = ClientFactory.For<AccumulatingProtocol>();
        MemoryReactor reactor = new();

        reactor.ConnectTcp("127.0.0.1", 7000, factory);
        MemoryConnector connector = reactor.TcpClients[0].Connector;
        connector.Fail(new ConnectRefusedException());
        connector.Connect();
        StringTransport transport = new();
        IProtocol? protocol = connector.Succeed(transport);
        transport.Disconnect();

        Assert.IsType<AccumulatingProtocol>(protocol);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Equal(2, connector.Attempts);
    }
}
