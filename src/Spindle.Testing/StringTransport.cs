using System.Buffers;
using System.Net;
using System.Text;

namespace Spindle.Testing;

/// <summary>A transport that keeps what a protocol writes and notes what it is told, and otherwise does nothing.</summary>
/// <remarks>
/// <example>
/// <code>
/// StringTransport transport = new();
/// Greeter greeter = new();
///
/// transport.Connect(greeter);
/// greeter.DataReceived("Ada\n"u8);
///
/// Assert.Equal("Hello, Ada!\n", transport.WrittenText);
/// Assert.True(transport.IsDisconnecting);
/// </code>
/// </example>
/// <para>
/// After <see cref="Connect"/> the protocol hears of the end when it closes the connection, as
/// <c>StringTransportWithDisconnection</c> does it; a protocol that was only given the transport does not.
/// </para>
/// <para>
/// Nothing is encrypted. After <see cref="StartTls"/> the test says when the handshake is done (<see cref="CompleteHandshake"/>);
/// what it gives the protocol then is what would come out of TLS.
/// </para>
/// <para>Thread: one; it has none of its own.</para>
/// <para>Source: Twisted's <c>internet/testing.py</c>, <c>StringTransport</c>, which knows no TLS.</para>
/// </remarks>
public sealed partial class StringTransport : ITcpTransport
{
    private readonly ArrayBufferWriter<byte> _written = new();
    private IProtocol? _protocol;

    /// <summary>Makes one.</summary>
    /// <param name="host">This end; null for 10.0.0.1:12345.</param>
    /// <param name="peer">The other end; null for 192.168.1.1:54321.</param>
    public StringTransport(EndPoint? host = null, EndPoint? peer = null)
    {
        Host = host ?? new IPEndPoint(new IPAddress([10, 0, 0, 1]), 12345);
        Peer = peer ?? new IPEndPoint(new IPAddress([192, 168, 1, 1]), 54321);
    }

    /// <summary>What <see cref="GetHost"/> answers.</summary>
    public EndPoint Host { get; set; }

    /// <summary>What <see cref="GetPeer"/> answers.</summary>
    public EndPoint Peer { get; set; }

    /// <summary>All that was written since the last <see cref="Clear"/>; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _written.WrittenSpan;

    /// <summary>The same as text in UTF-8.</summary>
    public string WrittenText => Encoding.UTF8.GetString(Written);

    /// <summary>True until the protocol has been told of the end.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <summary>Whether <see cref="LoseConnection"/> or <see cref="AbortConnection"/> was called.</summary>
    public bool IsDisconnecting { get; private set; }

    /// <summary>Whether <see cref="AbortConnection"/> was called.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>Whether <see cref="LoseWriteConnection"/> was called.</summary>
    public bool IsWriteClosed { get; private set; }

    /// <summary>The producer that is registered, or null.</summary>
    public IPullProducer? Producer { get; private set; }

    /// <summary>Whether the producer was registered as a streaming one.</summary>
    public bool IsStreaming { get; private set; }

    /// <summary>What the transport itself was told as a producer.</summary>
    public ProducerState ProducerState { get; private set; }

    /// <summary>
    /// Whether pausing and resuming after <see cref="LoseConnection"/> is let pass. Default false: it throws, for code that
    /// does so may count on data that will never come. A real transport lets it pass.
    /// </summary>
    public bool IsLenient { get; init; }

    /// <inheritdoc/>
    public bool TcpNoDelay { get; set; }

    /// <inheritdoc/>
    public bool TcpKeepAlive { get; set; }

    internal Action<Exception>? Ended { get; set; }

    /// <summary>Makes the connection: the protocol gets this transport, and hears of the end when it closes it.</summary>
    /// <exception cref="InvalidOperationException">There is a protocol already.</exception>
    public void Connect(IProtocol protocol)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        if (_protocol is not null)
        {
            throw new InvalidOperationException("The transport has a protocol already.");
        }

        _protocol = protocol;
        protocol.MakeConnection(this);
    }

    /// <summary>Ends the connection from outside: the protocol hears the reason, and its producer is stopped.</summary>
    /// <param name="reason">Why; null for <see cref="ConnectionDoneException"/>.</param>
    /// <exception cref="InvalidOperationException">There is no protocol that could hear of it, or it has heard already.</exception>
    public void Disconnect(Exception? reason = null)
    {
        if (_protocol is null || !IsConnected)
        {
            throw new InvalidOperationException(IsConnected
                ? $"No protocol would hear of it: connect one with {nameof(Connect)}; its MakeConnection alone does not make the transport know it."
                : "The connection has ended already.");
        }

        End(reason ?? ConnectionDoneException.Instance);
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _written.Clear();

    /// <summary>Takes what was written: returns it and forgets it.</summary>
    public byte[] TakeWritten()
    {
        byte[] written = Written.ToArray();
        Clear();
        return written;
    }

    /// <summary>The same as text in UTF-8.</summary>
    public string TakeWrittenText() => Encoding.UTF8.GetString(TakeWritten());

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (!IsConnected)
        {
            return;
        }

        if (!_holdsWrites)
        {
            _written.Write(data);
        }
        else if (!IsDisconnecting)
        {
            _waiting.Write(data);
        }
    }

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data)
    {
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            Write(piece.Span);
        }
    }

    /// <summary>Notes it; a protocol that was connected here hears of the end.</summary>
    public void LoseConnection()
    {
        if (!CloseLater())
        {
            IsDisconnecting = true;
            EndIfConnected(ConnectionDoneException.Instance);
        }
    }

    /// <summary>Notes it.</summary>
    public void LoseWriteConnection() => IsWriteClosed = true;

    /// <summary>Notes it; a protocol that was connected here hears of the end.</summary>
    public void AbortConnection()
    {
        IsDisconnecting = true;
        IsAborted = true;
        EndIfConnected(new TransportAbortedException());
    }

    /// <inheritdoc/>
    public EndPoint GetHost() => Host;

    /// <inheritdoc/>
    public EndPoint GetPeer() => Peer;

    /// <summary>Notes the producer; it is never resumed or paused. After the end it is stopped at once.</summary>
    /// <exception cref="ArgumentException">It is to be streaming and cannot be paused.</exception>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public void RegisterProducer(IPullProducer producer, bool streaming)
    {
        ArgumentNullException.ThrowIfNull(producer);
        if (streaming && producer is not IPushProducer)
        {
            throw new ArgumentException("A streaming producer must be an IPushProducer: it has to be paused.", nameof(producer));
        }

        if (Producer is not null)
        {
            throw new InvalidOperationException($"Cannot register {producer}: {Producer} was not unregistered.");
        }

        if (!IsConnected)
        {
            producer.StopProducing();
            return;
        }

        Producer = producer;
        IsStreaming = streaming;
    }

    /// <inheritdoc/>
    public void UnregisterProducer()
    {
        Producer = null;
        IsStreaming = false;
    }

    /// <summary>Notes it.</summary>
    /// <exception cref="InvalidOperationException">The connection is closing (see <see cref="IsLenient"/>), or the transport was told to stop.</exception>
    public void PauseProducing() => Become(ProducerState.Paused);

    /// <summary>Notes it.</summary>
    /// <exception cref="InvalidOperationException">The connection is closing (see <see cref="IsLenient"/>), or the transport was told to stop.</exception>
    public void ResumeProducing() => Become(ProducerState.Producing);

    /// <summary>Notes it.</summary>
    public void StopProducing() => ProducerState = ProducerState.Stopped;

    private void Become(ProducerState state)
    {
        if (IsDisconnecting && !IsLenient)
        {
            throw new InvalidOperationException("Pausing or resuming after LoseConnection has no effect on a real transport.");
        }

        if (ProducerState == ProducerState.Stopped)
        {
            throw new InvalidOperationException("A producer that was stopped produces no more.");
        }

        ProducerState = state;
    }

    private void EndIfConnected(Exception reason)
    {
        if (_protocol is not null && IsConnected)
        {
            End(reason);
        }
    }

    private void End(Exception reason)
    {
        IsConnected = false;
        EndTls(reason);
        IPullProducer? producer = Producer;
        UnregisterProducer();
        producer?.StopProducing();
        try
        {
            _protocol!.ConnectionLost(reason);
        }
        finally
        {
            Ended?.Invoke(reason);
        }
    }
}
