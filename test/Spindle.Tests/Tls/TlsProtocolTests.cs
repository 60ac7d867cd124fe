using System.Net;
using System.Security.Authentication;
using Spindle.Testing;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

/// <summary>TLS over any transport, with an engine that does what the test says.</summary>
public sealed class TlsProtocolTests
{
    private static readonly byte[] Hello = "H"u8.ToArray();

    private readonly Clock _clock = new();
    private readonly ScriptedTlsContext _context = new();
    private readonly StringTransport _transport = new();
    private readonly HalfCloseProtocol _user = new("user");

    private ScriptedTlsEngine Engine => _context.Engine;

    [Fact, Clause("TLS-9")]
    public void MakeConnection_Always_ConnectsTheProtocolFirstAndWritesWaitForTheHandshake()
    {
        _user.OnMade = () =>
        {
            Assert.Equal(0, _transport.Written.Length);
            _user.Transport.Write("early"u8);
        };

        TlsProtocol tls = Connect(shake: false);

        Assert.Equal(1, _user.MadeCount);
        Assert.Equal("H"u8, _transport.TakeWritten());
        tls.DataReceived(Hello);
        Assert.Equal("D\u0005early"u8, _transport.TakeWritten());
    }

    [Fact, Clause("TLS-2")]
    public void MakeConnection_EngineCannotBeMade_ThrowsAndConnectsNothing()
    {
        _context.Failure = new TlsException("no key", TlsError.Configuration);
        TlsProtocol tls = Build();

        Assert.Same(_context.Failure, Assert.Throws<TlsException>(() => tls.MakeConnection(_transport)));

        tls.ConnectionLost(_context.Failure);
        Assert.Equal(0, _user.MadeCount + _user.LostCount);
    }

    [Fact, Clause("TLS-16", "TLS-32")]
    public void Write_EngineWantsInputFirst_KeepsTheOrderAndPausesTheProducer()
    {
        TlsProtocol tls = Connect();
        PushProducer producer = new();
        tls.RegisterProducer(producer, streaming: true);
        Engine.WantsInputToWrite = true;

        tls.Write("first"u8);
        tls.Write(new byte[70_000]);
        Assert.Equal(0, _transport.Written.Length);
        Assert.Equal(["pause"], producer.Journal);
        tls.Write("last"u8);

        tls.DataReceived("D\u0001x"u8);
        byte[] written = _transport.TakeWritten();
        Assert.True(written.AsSpan(2).StartsWith("first"u8));
        Assert.True(written.AsSpan().EndsWith("last"u8));
        Assert.Equal(["pause", "resume"], producer.Journal);
        Assert.Equal("x"u8, _user.Received);
    }

    [Fact, Clause("TLS-17", "TLS-27", "TLS-30")]
    public void Write_EngineFails_ClosesWithItsReason()
    {
        TlsProtocol tls = Connect();
        Engine.WriteFailure = new TlsException("out of order");

        tls.Write("x"u8);

        Assert.True(_transport.IsDisconnecting);
        Assert.Equal(0, _user.LostCount); // Not before the transport has ended (TLS-26).
        Lose(tls);
        Assert.Same(Engine.WriteFailure, _user.Reason);
        Assert.Equal(1, Engine.Disposals);
    }

    [Fact, Clause("TLS-13", "TLS-30")]
    public void Handshake_NotDoneInTime_Aborts()
    {
        TlsProtocol tls = Connect(shake: false);

        _clock.Advance(TimeSpan.FromSeconds(59.9));
        Assert.False(_transport.IsAborted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.True(_transport.IsAborted);
        Lose(tls, new TransportAbortedException());
        Assert.Equal(TlsError.HandshakeTimeout, Assert.IsType<TlsException>(_user.Reason).Error);
        Assert.Equal(1, Engine.Disposals);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TLS-13")]
    public void Handshake_Done_HasNoTimeAnyMore()
    {
        Connect();

        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TLS-21", "TLS-23", "TLS-30")]
    public void LoseConnection_PeerDoesNotAnswer_AbortsAfterAWhile()
    {
        TlsProtocol tls = Connect();

        tls.LoseConnection();
        Assert.Equal("C"u8, _transport.TakeWritten());
        Assert.False(_transport.IsDisconnecting);
        _clock.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(_transport.IsAborted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.True(_transport.IsAborted);
        Lose(tls, new TransportAbortedException());
        Assert.Equal(TlsError.ShutdownTimeout, Assert.IsType<TlsException>(_user.Reason).Error);
        Assert.Equal(1, Engine.Disposals);
    }

    [Fact, Clause("TLS-21", "TLS-24")]
    public void LoseConnection_PeerAnswers_ClosesTheTransport()
    {
        TlsProtocol tls = Connect();
        tls.Write("last"u8);

        tls.LoseConnection();
        tls.LoseConnection();
        Assert.Equal("D\u0004lastC"u8, _transport.TakeWritten());
        tls.DataReceived("C"u8);

        Assert.True(_transport.IsDisconnecting);
        Lose(tls);
        Assert.IsType<ConnectionDoneException>(_user.Reason);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TLS-21")]
    public void LoseConnection_WhilePausedAndThePeersEndHasCome_Ends()
    {
        TlsProtocol tls = Connect();
        _user.OnData = _ => tls.PauseProducing();
        tls.DataReceived("D\u0001xD\u0001yC"u8);
        Assert.Equal(1, _user.DataCount);

        tls.LoseConnection();
        _clock.Advance(TimeSpan.Zero);

        Assert.True(_transport.IsDisconnecting);
    }

    [Fact, Clause("TLS-18", "TLS-19")]
    public void PauseProducing_BetweenRecords_DecryptsNoMoreUntilResumed()
    {
        TlsProtocol tls = Connect();
        _user.OnData = _ => tls.PauseProducing();

        tls.DataReceived("D\u0001aD\u0001bD\u0001c"u8);
        Assert.Equal("a"u8, _user.Received);
        Assert.Equal(ProducerState.Paused, _transport.ProducerState);
        tls.ResumeProducing();
        _clock.Advance(TimeSpan.Zero);
        Assert.Equal("ab"u8, _user.Received);
        tls.AbortConnection();
        tls.ResumeProducing();
        _clock.Advance(TimeSpan.Zero);

        Assert.Equal("ab"u8, _user.Received);
    }

    [Fact, Clause("TLS-10", "TLS-11")]
    public void Handshake_VerdictComesLater_GoesOnThen()
    {
        _user.OnMade = () => _user.Transport.Write("early"u8);
        TlsProtocol tls = Connect(shake: false);
        _transport.Clear();
        Engine.WaitsForVerdict = true;
        tls.DataReceived(Hello);
        Assert.Equal(0, _transport.Written.Length);

        Engine.WaitsForVerdict = false;
        Engine.Resumed!();

        Assert.Equal("D\u0005early"u8, _transport.TakeWritten());
    }

    [Fact, Clause("TLS-25", "TLS-30")]
    public void ConnectionLost_WithoutThePeersEnd_IsATruncation()
    {
        TlsProtocol tls = Connect();

        Lose(tls);

        Assert.IsType<TlsTruncatedException>(_user.Reason);
        Assert.Equal(1, Engine.Disposals);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TLS-12", "TLS-30")]
    public void DataReceived_Garbage_EndsWithThePreciseReason()
    {
        TlsProtocol tls = Connect();

        tls.DataReceived("?"u8);

        Assert.True(_transport.IsDisconnecting);
        Lose(tls);
        Assert.Same(Engine.Failure, _user.Reason);
        Assert.Equal(1, Engine.Disposals);
    }

    [Fact, Clause("TLS-29")]
    public void LoseWriteConnection_BothOneAfterTheOther_TellsOfEachAndEnds()
    {
        TlsProtocol tls = Connect();

        tls.LoseWriteConnection();
        Assert.Equal(1, _user.WriteLostCount);
        Assert.Equal("C"u8, _transport.TakeWritten());
        tls.DataReceived("D\u0001xC"u8);

        Assert.Equal("x"u8, _user.Received);
        Assert.Equal(1, _user.ReadLostCount);
        Assert.True(_transport.IsDisconnecting);
        Assert.False(_transport.IsWriteClosed); // The stream itself is never cut.
        Lose(tls);
        Assert.IsType<ConnectionDoneException>(_user.Reason);
    }

    [Fact, Clause("TLS-29")]
    public void DataReceived_EndOfAnOldVersionsPeer_EndsBothDirections()
    {
        TlsProtocol tls = Connect(version: SslProtocols.Tls12);

        tls.DataReceived("C"u8);

        Assert.Equal(0, _user.ReadLostCount);
        Assert.Equal("C"u8, _transport.TakeWritten());
        Assert.True(_transport.IsDisconnecting);
    }

    [Fact, Clause("TLS-46")]
    public void LogPrefix_FactoryAndProtocol_NameTheWrappedOnes()
    {
        TlsFactory factory = Factory();

        Assert.Equal("users (TLS)", factory.LogPrefix);
        Assert.Equal("user (TLS)", ((TlsProtocol)factory.BuildProtocol(Address)!).LogPrefix);
    }

    [Fact, Clause("TLS-46")]
    public void FindAbility_OfTheTransportBelow_IsFound()
    {
        Connect();

        Assert.Same(_transport, _user.Transport.FindAbility<ITcpTransport>());
    }

    [Fact, Clause("TLS-33", "TLS-30")]
    public void RegisterProducer_ConnectionIsLost_IsStoppedOnce()
    {
        TlsProtocol tls = Connect();
        PushProducer producer = new();
        tls.RegisterProducer(producer, streaming: true);

        Lose(tls);

        Assert.Equal(["stop"], producer.Journal);
        tls.RegisterProducer(producer, streaming: true);
        Assert.Equal(["stop", "stop"], producer.Journal);
    }

    [Fact, Clause("TLS-21", "TLS-26")]
    public void LoseConnection_TransportEndsWithinTheCall_IsToldOnce()
    {
        TlsProtocol tls = Build();
        _transport.Connect(tls);
        tls.DataReceived(Hello);
        tls.LoseConnection();

        tls.DataReceived("C"u8);

        Assert.Equal(1, _user.LostCount);
        Assert.IsType<ConnectionDoneException>(_user.Reason);
        Assert.Equal(1, Engine.Disposals);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TLS-12")]
    public void Handshake_FailsAndTransportEndsWithinTheCall_IsToldOnce()
    {
        TlsProtocol tls = Build();
        _transport.Connect(tls);

        tls.DataReceived("?"u8);

        Assert.Same(Engine.Failure, _user.Reason);
        Assert.Equal(1, _user.LostCount);
        Assert.Equal(1, Engine.Disposals);
    }

    [Fact, Clause("TLS-32")]
    public void PauseProducing_ProducerThrows_EndsTheConnectionWithIt()
    {
        TlsProtocol tls = Connect();
        InvalidOperationException failure = new("the producer's own");
        tls.RegisterProducer(new PushProducer { OnPause = () => throw failure }, streaming: true);

        ((IPushProducer)_transport.Producer!).PauseProducing();

        Assert.True(_transport.IsAborted);
        Lose(tls, new TransportAbortedException());
        Assert.Same(failure, _user.Reason);
    }

    private static IPEndPoint Address => new(IPAddress.Loopback, 1);

    private static void Lose(TlsProtocol tls, Exception? reason = null) => tls.ConnectionLost(reason ?? ConnectionDoneException.Instance);

    private TlsFactory Factory() => new(_clock, new RecordingFactory(() => _user) { Name = "users" }, _context, isClient: true);

    private TlsProtocol Build() => (TlsProtocol)Factory().BuildProtocol(Address)!;

    private TlsProtocol Connect(bool shake = true, SslProtocols version = SslProtocols.Tls13)
    {
        TlsProtocol tls = Build();
        tls.MakeConnection(_transport);
        Engine.Version = version;
        if (shake)
        {
            tls.DataReceived(Hello);
            _transport.Clear();
        }

        return tls;
    }
}
