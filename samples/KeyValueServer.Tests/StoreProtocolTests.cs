using Spindle.Testing;

namespace KeyValueServer.Tests;

public sealed class StoreProtocolTests
{
    private readonly MemoryReactor _reactor = new();
    private readonly Store _store = new();
    private readonly StringTransport _transport = new();
    private readonly StoreProtocol _client;

    public StoreProtocolTests()
    {
        _client = new StoreProtocol(_reactor, _store);
        _transport.Connect(_client);
    }

    [Fact]
    public void Get_WasSet_IsTheValue()
    {
        _client.DataReceived("SET colour dark green\nGET col"u8);
        _client.DataReceived("our\n"u8);

        Assert.Equal("OK\nVALUE dark green\n", _transport.WrittenText);
    }

    [Fact]
    public void Client_SilentForAMinute_IsClosed()
    {
        _reactor.Advance(TimeSpan.FromSeconds(59));
        _client.DataReceived("GET colour\n"u8);
        _reactor.Advance(TimeSpan.FromSeconds(59));
        Assert.True(_transport.IsConnected);

        _reactor.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_transport.IsConnected);
        Assert.Equal("NONE\nERROR: nothing was said for a minute\n", _transport.WrittenText);
    }

    [Fact]
    public void Wait_NobodySetsIt_EndsAfterItsTime()
    {
        _client.DataReceived("WAIT colour 3600\nGET size\n"u8);
        _reactor.Advance(TimeSpan.FromSeconds(3_599));
        Assert.Equal("", _transport.WrittenText);

        _reactor.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("NONE\nNONE\n", _transport.WrittenText);
    }

    [Fact]
    public void Wait_SomebodySetsIt_EndsThen()
    {
        _client.DataReceived("WAIT colour 10\n"u8);
        _reactor.Advance(TimeSpan.FromSeconds(4));
        _store.Set("colour", "green");

        Assert.Equal("VALUE green\n", _transport.WrittenText);
    }

    [Fact]
    public void Wait_ConnectionIsLost_LeavesNoTimer()
    {
        _client.DataReceived("WAIT colour 10\n"u8);
        _transport.Disconnect();

        Assert.Empty(_reactor.GetDelayedCalls());
    }
}
