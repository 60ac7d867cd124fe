using System.Net;
using Spindle.Streams;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Reactors;

/// <summary>Sockets with bytes under way, on a reactor whose time is moved by hand.</summary>
public sealed class LingeringTests : LoopTest
{
    private readonly ManualClock _clock = new();
    private readonly AsyncSelectorReactor _reactor;

    public LingeringTests()
    {
        _reactor = new AsyncSelectorReactor(NewLoop(new KernelDouble(Kernel) { Clock = _clock }));
        AtEnd(_reactor.Dispose);
    }

    [Fact, Clause("TCP-54", "I7")]
    public void LoseConnection_PeerNeverReads_ClosesTheSocketAfter30Seconds()
    {
        int code = React.Run(
            async reactor =>
            {
                Talker talker = new();
                IListeningPort port = reactor.ListenTcp(0, Factory.For(_ => talker), host: "127.0.0.1");
                using RawPeer peer = RawPeer.ConnectWithSmallBuffer((IPEndPoint)port.GetHost());
                while (!talker.IsLost)
                {
                    await Task.Yield();
                }

                Assert.True(HasAccepted());
                await Pass(LingeringSockets.Longest - TimeSpan.FromSeconds(1));
                Assert.True(HasAccepted());
                await Pass(TimeSpan.FromSeconds(1));
                Assert.False(HasAccepted());
            },
            _reactor);

        Assert.Equal(0, code);
        Assert.DoesNotContain(Log.Take(), record => record.Level > Microsoft.Extensions.Logging.LogLevel.Information);
    }

    private async Task Pass(TimeSpan time)
    {
        _clock.Advance(time);
        await Task.Yield();
        await Task.Yield(); // A timer that is due runs behind what was called before.
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
