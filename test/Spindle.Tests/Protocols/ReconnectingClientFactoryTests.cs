using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Testing;

namespace Spindle.Tests.Protocols;

public sealed class ReconnectingClientFactoryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly MemoryReactor _reactor = new();
    private readonly ReconnectingClientFactory _factory = ReconnectingClientFactory.For<AccumulatingProtocol>();
    private readonly MemoryConnector _connector;

    public ReconnectingClientFactoryTests()
    {
        _factory.Factor = 2;
        _reactor.ConnectTcp("127.0.0.1", 7000, _factory);
        _connector = _reactor.TcpClients[0].Connector;
    }

    [Fact, Clause("PROTO-6")]
    public void Defaults_Always_AreThoseOfTheOriginal()
    {
        ReconnectingClientFactory factory = ReconnectingClientFactory.For<AccumulatingProtocol>();

        Assert.Equal(Second, factory.InitialDelay);
        Assert.Equal(Second, factory.Delay);
        Assert.Equal(TimeSpan.FromHours(1), factory.MaxDelay);
        Assert.Equal(Math.E, factory.Factor);
        Assert.Equal(0.12, factory.Jitter);
        Assert.Null(factory.MaxRetries);
        Assert.Null(factory.Clock);
        Assert.True(factory.IsTrying);
        Assert.Equal(0, factory.Retries);
    }

    [Fact, Clause("PROTO-6")]
    public void ClientConnectionFailed_AgainAndAgain_WaitsLongerEachTimeUpToTheLimit()
    {
        _factory.MaxDelay = Second * 10;

        Assert.Equal([2, 4, 8, 10, 10], FailAndTakeDelays(5));
        Assert.Equal(5, _factory.Retries);
        Assert.Equal(6, _connector.Attempts);
    }

    [Fact, Clause("PROTO-6")]
    public void ClientConnectionLost_Always_ConnectsAgain()
    {
        StringTransport transport = new();
        _connector.Succeed(transport);
        transport.Disconnect();
        Assert.Equal(ConnectorState.Disconnected, _connector.State);

        _reactor.Advance(Second * 2);

        Assert.Equal(ConnectorState.Connecting, _connector.State);
        Assert.Equal(1, _factory.Retries);
    }

    [Fact, Clause("PROTO-6")]
    public void MaxRetries_Reached_GivesUp()
    {
        _factory.MaxRetries = 2;

        FailAndTakeDelays(2);
        _connector.Fail(new ConnectRefusedException());

        Assert.Empty(_reactor.GetDelayedCalls());
        Assert.Equal(3, _connector.Attempts);
        Assert.Equal(3, _factory.Retries);
    }

    [Fact, Clause("PROTO-6")]
    public void MaxRetries_Zero_NeverTriesAgain()
    {
        _factory.MaxRetries = 0;

        _connector.Fail(new ConnectRefusedException());

        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("PROTO-6")]
    public void Jitter_Some_SpreadsTheDelayNormallyAndTheNextIsReckonedFromIt()
    {
        RecordingHost host = new();
        host.Use(_factory);
        _factory.Jitter = 0.1;
        _factory.MaxDelay = Second * 2;

        // 1 - 1/e makes a distance of the square root of two, and zero points to the right, a half to the left.
        host.Numbers.Enqueue(1 - Math.Exp(-1));
        host.Numbers.Enqueue(0);
        _factory.Retry();
        Assert.Equal(2 * (1 + (0.1 * Math.Sqrt(2))), _factory.Delay.TotalSeconds, 1e-6); // More than the limit.

        _factory.MaxDelay = Second * 100;
        host.Numbers.Enqueue(1 - Math.Exp(-1));
        host.Numbers.Enqueue(0.5);
        double before = _factory.Delay.TotalSeconds;
        _factory.Retry();
        Assert.Equal(before * 2 * (1 - (0.1 * Math.Sqrt(2))), _factory.Delay.TotalSeconds, 1e-6);
    }

    [Fact, Clause("PROTO-6")]
    public void Jitter_StraysBeyondZero_WaitsNotAtAll()
    {
        RecordingHost host = new();
        host.Use(_factory);
        _factory.Jitter = 10;
        host.Numbers.Enqueue(0.99);
        host.Numbers.Enqueue(0.5);

        _factory.Retry();

        Assert.Equal(TimeSpan.Zero, _factory.Delay);
    }

    [Fact, Clause("PROTO-6")]
    public void Jitter_RealRandomness_StaysAround()
    {
        LinuxRandomness randomness = new();
        RecordingHost host = new();
        for (int i = 0; i < 2000; i++)
        {
            host.Numbers.Enqueue(randomness.NextDouble());
        }

        host.Use(_factory);
        List<double> delays = [];
        for (int i = 0; i < 1000; i++)
        {
            _factory.ResetDelay();
            _factory.Retry();
            delays.Add(_factory.Delay.TotalSeconds);
        }

        // 2 s with a deviation of 0.24 s: the average of a thousand strays 0.008 s.
        Assert.InRange(delays.Average(), 1.9, 2.1);
        Assert.InRange(Math.Sqrt(delays.Average(delay => (delay - 2) * (delay - 2))), 0.2, 0.28);
        Assert.True(delays.Distinct().Count() > 900);
    }

    [Fact, Clause("PROTO-6")]
    public void Clock_Given_MakesTheDelays()
    {
        Clock clock = new();
        _factory.Clock = clock;

        _connector.Fail(new ConnectRefusedException());
        Assert.Empty(_reactor.GetDelayedCalls());

        clock.Advance(Second * 2);
        Assert.Equal(ConnectorState.Connecting, _connector.State);
    }

    [Fact]
    public void Delay_EverythingIsAsLargeAsItGets_DoesNotOverflow()
    {
        _factory.MaxDelay = TimeSpan.MaxValue;
        _factory.InitialDelay = TimeSpan.MaxValue;
        _factory.Factor = double.MaxValue;

        _connector.Fail(new ConnectRefusedException());

        Assert.Equal(TimeSpan.MaxValue, _factory.Delay);
        Assert.Single(_reactor.GetDelayedCalls());
    }

    [Fact]
    public void Settings_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _factory.InitialDelay = -Second);
        Assert.Throws<ArgumentOutOfRangeException>(() => _factory.MaxDelay = -Second);
        Assert.Throws<ArgumentOutOfRangeException>(() => _factory.Factor = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => _factory.Factor = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => _factory.Jitter = double.PositiveInfinity);
    }

    [Fact]
    public void InitialDelay_SetBeforeTheFirstFailure_Counts()
    {
        _factory.InitialDelay = Second * 3;

        Assert.Equal([6, 12], FailAndTakeDelays(2));
    }

    [Fact, Clause("PROTO-7")]
    public void StopTrying_RetryWaits_TakesItBackAndMakesNoOthers()
    {
        _connector.Fail(new ConnectRefusedException());

        _factory.StopTrying();
        Assert.Empty(_reactor.GetDelayedCalls());
        Assert.False(_factory.IsTrying);

        _connector.Connect();
        _connector.Fail(new ConnectRefusedException());
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("PROTO-7")]
    public void StopTrying_AttemptInProgress_StopsItAndDoesNotConnectAgain()
    {
        FailAndTakeDelays(1);

        _factory.StopTrying();

        Assert.Equal(ConnectorState.Disconnected, _connector.State);
        Assert.Empty(_reactor.GetDelayedCalls());
        Assert.Equal(2, _connector.Attempts);
    }

    [Fact, Clause("PROTO-7")]
    public void StopTrying_FirstAttempt_StopsItToo()
    {
        _factory.StopTrying();

        Assert.Equal(ConnectorState.Disconnected, _connector.State);
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("PROTO-7")]
    public void StopTrying_Connected_LeavesTheConnection()
    {
        StringTransport transport = new();
        _connector.Succeed(transport);

        _factory.StopTrying();
        Assert.Equal(ConnectorState.Connected, _connector.State);

        transport.Disconnect();
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("PROTO-7")]
    public void StopTrying_HeardOfNoConnector_IsHarmless()
    {
        ReconnectingClientFactory factory = ReconnectingClientFactory.For<AccumulatingProtocol>();

        factory.StopTrying();
        factory.Retry(); // Stopped: it is not asked for a connector.

        Assert.False(factory.IsTrying);
    }

    [Fact, Clause("PROTO-7")]
    public void ResetDelay_Always_BeginsAnew()
    {
        FailAndTakeDelays(3);
        _factory.StopTrying();

        _factory.ResetDelay();
        Assert.Equal(Second, _factory.Delay);
        Assert.Equal(0, _factory.Retries);
        Assert.True(_factory.IsTrying);

        _connector.Connect();
        Assert.Equal([2, 4], FailAndTakeDelays(2));
    }

    [Fact, Clause("PROTO-7")]
    public void ResetDelay_RetryWaits_ItIsMadeAndCanStillBeTakenBack()
    {
        _connector.Fail(new ConnectRefusedException());
        _factory.ResetDelay();
        Assert.Single(_reactor.GetDelayedCalls());

        _factory.StopTrying();
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("PROTO-7")]
    public void Retry_NoConnectorIsKnown_Throws()
    {
        ReconnectingClientFactory factory = ReconnectingClientFactory.For<AccumulatingProtocol>();
        factory.Clock = _reactor;

        Assert.Throws<ArgumentException>(() => factory.Retry());

        Assert.Equal(0, factory.Retries);
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact]
    public void Retry_NoReactorAndNoClock_SaysWhatToDo()
    {
        ReconnectingClientFactory factory = ReconnectingClientFactory.For<AccumulatingProtocol>();

        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => factory.Retry(_connector));

        Assert.Contains("Clock", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_OneWaitsAlready_TakesItsPlace()
    {
        _connector.Fail(new ConnectRefusedException());
        _factory.Retry();

        DelayedCall call = Assert.Single(_reactor.GetDelayedCalls());
        Assert.Equal(Second * 4, call.Due);
    }

    [Fact]
    public void Retry_ConnectedMeanwhile_DoesNothing()
    {
        _connector.Fail(new ConnectRefusedException());
        _connector.Connect();

        _reactor.Advance(Second * 2);

        Assert.Equal(2, _connector.Attempts);
    }

    [Fact]
    public void Retry_TwoConnectors_BothConnectAgainAndBothCanBeStopped()
    {
        _reactor.ConnectTcp("127.0.0.1", 7001, _factory);
        MemoryConnector other = _reactor.TcpClients[1].Connector;
        _connector.Fail(new ConnectRefusedException());
        other.Fail(new ConnectRefusedException());

        _reactor.Advance(Second * 4);
        Assert.Equal(2, _connector.Attempts);
        Assert.Equal(2, other.Attempts);

        _connector.Fail(new ConnectRefusedException());
        other.Fail(new ConnectRefusedException());
        _factory.StopTrying();
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("PROTO-6", "PROTO-7")]
    public void IsNoisy_Default_ReportsWhatItDoes()
    {
        RecordingHost host = new();
        host.Use(_factory);
        _factory.MaxRetries = 1;

        _factory.Retry();
        _factory.Retry();
        _factory.StopTrying();
        _factory.Retry();

        string[] messages = [.. host.Messages.Where(each => !each.StartsWith("Stopping factory", StringComparison.Ordinal))];
        Assert.Equal(3, messages.Length);
        Assert.EndsWith("will try again in 2.0 s", messages[0], StringComparison.Ordinal);
        Assert.EndsWith("is given up after 1 retries", messages[1], StringComparison.Ordinal);
        Assert.EndsWith("is given up: the factory was told to stop trying", messages[2], StringComparison.Ordinal);
    }

    private int[] FailAndTakeDelays(int count)
    {
        List<int> delays = [];
        for (int i = 0; i < count; i++)
        {
            TimeSpan before = _reactor.Seconds();
            _connector.Fail(new ConnectRefusedException());
            TimeSpan delay = Assert.Single(_reactor.GetDelayedCalls()).Due - before;
            _reactor.Advance(delay);
            Assert.Equal(ConnectorState.Connecting, _connector.State);
            delays.Add((int)delay.TotalSeconds);
        }

        return [.. delays];
    }
}
