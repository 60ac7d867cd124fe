using System.Net;

namespace Spindle.Testing;

/// <summary>A client's and a server's protocol, connected in memory; moves what they write to each other when it is told to.</summary>
/// <remarks>
/// <example>
/// <code>
/// AccumulatingProtocol client = new();
/// MemoryPump pump = MemoryPump.Connect(client, new Echo());
///
/// client.Transport.Write("hello"u8);
/// pump.Flush();
///
/// Assert.Equal("hello", client.ReceivedText);
/// </code>
/// </example>
/// <para>
/// An exception of a protocol reaches the test; the connection stays as it was. (A reactor logs it and ends the connection.)
/// </para>
/// <para>Thread: one; it has none of its own.</para>
/// <para>Source: Twisted's <c>test/iosim.py</c>, <c>IOPump</c> and <c>connectedServerAndClient</c>.</para>
/// </remarks>
public sealed class MemoryPump
{
    private static readonly IPEndPoint ClientAddress = new(IPAddress.Loopback, 54321);
    private static readonly IPEndPoint ServerAddress = new(IPAddress.Loopback, 12345);

    private readonly MemoryReactor? _reactor;
    private readonly bool _isOwnReactor;
    private int _pieceSize = int.MaxValue;

    private MemoryPump(MemoryTransport client, MemoryTransport server, IReactorTime reactor, bool isOwnReactor)
    {
        _reactor = reactor as MemoryReactor;
        _isOwnReactor = isOwnReactor;
        Client = client;
        Server = server;
        client.Join(server);
        server.Join(client);
    }

    /// <summary>The client's end.</summary>
    public MemoryTransport Client { get; }

    /// <summary>The server's end.</summary>
    public MemoryTransport Server { get; }

    /// <summary>How many bytes a protocol gets at once at the most; 1 shows whether it puts its messages together rightly. Default: all that there are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int PieceSize
    {
        get => _pieceSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _pieceSize = value;
        }
    }

    /// <summary>Connects two protocols, the server's first, and has them exchange their greetings, if they are not to wait.</summary>
    /// <param name="client">The client's protocol.</param>
    /// <param name="server">The server's protocol.</param>
    /// <param name="clientAddress">The client's address; null for 127.0.0.1:54321.</param>
    /// <param name="serverAddress">The server's address; null for 127.0.0.1:12345.</param>
    /// <param name="reactor">Has the time limits of TLS, when <see cref="ITlsTransport.StartTls"/> is called; null: there are none.</param>
    /// <param name="greet">False: nothing moves before <see cref="Pump"/> or <see cref="Flush"/>, so that <see cref="PieceSize"/> counts for the greetings, too.</param>
    public static MemoryPump Connect(
        IProtocol client, IProtocol server, EndPoint? clientAddress = null, EndPoint? serverAddress = null, IReactorTime? reactor = null, bool greet = true)
    {
        MemoryPump pump = Create(client, server, clientAddress, serverAddress, reactor);
        pump.Start(greet);
        return pump;
    }

    /// <summary>Lets each end do once what it has to do: deliver what was written to it, tell of an end, resume a producer.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Pump()
    {
        if (_isOwnReactor)
        {
            _reactor!.Advance(TimeSpan.Zero);
        }

        bool hasClientMoved = Client.Step(_pieceSize);
        bool hasServerMoved = Server.Step(_pieceSize);
        _reactor?.ThrowFailures();
        return hasClientMoved || hasServerMoved;
    }

    /// <summary>Pumps until both ends are quiet.</summary>
    /// <param name="limit">How often at the most.</param>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="InvalidOperationException">They did not become quiet within the limit.</exception>
    public bool Flush(int limit = 1000)
    {
        for (int count = 0; count < limit; count++)
        {
            if (!Pump())
            {
                return count > 0;
            }
        }

        throw new InvalidOperationException($"The connection was not quiet after {limit} exchanges.");
    }

    internal static MemoryPump Create(IProtocol client, IProtocol server, EndPoint? clientAddress, EndPoint? serverAddress, IReactorTime? reactor = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(server);
        clientAddress ??= ClientAddress;
        serverAddress ??= ServerAddress;
        bool isOwnReactor = reactor is null;
        reactor ??= new MemoryReactor();
        return new MemoryPump(
            new MemoryTransport(client, isClient: true, reactor, clientAddress, serverAddress),
            new MemoryTransport(server, isClient: false, reactor, serverAddress, clientAddress),
            reactor,
            isOwnReactor);
    }

    internal void Start(bool greet)
    {
        Server.Connect();
        Client.Connect();
        if (greet)
        {
            Flush();
        }
    }
}
