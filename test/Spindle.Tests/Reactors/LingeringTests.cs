using System.Net;
using Spindle.Loops;
using Spindle.Streams;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Reactors;

/// <summary>Sockets with bytes under way, on a reactor whose time is moved by hand.</summary>
public sealed class LingeringTests : LoopTest
{
    private readonly ManualClock _clock = new();
    private readonly SelectorEventLoop _loop;
    private readonly AsyncSelectorReactor _reactor;

    public LingeringTests()
    {
        _loop = NewLoop(new KernelDouble(Kernel) { Clock = _clock });
        _reactor = new AsyncSelectorReactor(_loop);
        AtEnd(_reactor.Dispose);
        _reactor.StartRunning();
    }

    [Fact, Clause("TCP-54", "I7")]
    public void LoseConnection_PeerNeverReads_ClosesTheSocketAfter30Seconds()
    {
        Talker talker = new();
        IListeningPort port = _reactor.ListenTcp(0, Factory.For(_ => talker), host: "127.0.0.1");
        using RawPeer peer = RawPeer.ConnectWithSmallBuffer((IPEndPoint)port.GetHost());
        while (!talker.IsLost)
        {
            RunTurn(_loop);
        }

        Assert.True(HasAccepted());
        Pass(LingeringSockets.Longest - TimeSpan.FromSeconds(1));
        Assert.True(HasAccepted());
        Pass(TimeSpan.FromSeconds(1));
        Assert.False(HasAccepted());

        _reactor.Stop();
        RunTurn(_loop);
        Log.Take();
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        RunTurn(_loop);
    }

    private bool HasAccepted() => Kernel.Ledger.Describe().Any(each => each.EndsWith("accept4", StringComparison.Ordinal));

    /// <summary>Says more than fits into the peer's buffer, and leaves.</summary>
    private sealed class Talker : Protocol
    {
        public bool IsLost { get; private set; }

        public override void ConnectionMade()
        {
            Transport.Write(new byte[300_000]);
            Transport.LoseConnection();
        }

        public override void ConnectionLost(Exception reason) => IsLost = true;
    }
}
