using System.Net;
using Spindle.Protocols;
using Spindle.Tls;

namespace Spindle.Testing;

/// <summary>A port of a <see cref="MemoryReactor"/>: nobody can connect to it but the test.</summary>
/// <remarks>Thread: one; it has none of its own.</remarks>
public sealed class MemoryPort : IListeningPort
{
    private readonly IFactory _factory;
    private readonly EndPoint _address;
    private readonly MemoryReactor _reactor;
    private readonly TlsContext? _context;

    internal MemoryPort(MemoryReactor reactor, IFactory factory, EndPoint address, TlsContext? context = null)
    {
        (factory as IHostedFactory)?.UseOn(reactor);
        _reactor = reactor;
        _factory = factory;
        _address = address;
        _context = context;
    }

    /// <summary>Whether it listens.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Starts the factory.</summary>
    /// <exception cref="InvalidOperationException">It listens already.</exception>
    public void StartListening()
    {
        if (IsListening)
        {
            throw new InvalidOperationException("The port listens already.");
        }

        IsListening = true;
        try
        {
            _factory.DoStart();
        }
        catch
        {
            IsListening = false;
            throw;
        }
    }

    /// <summary>Stops the factory.</summary>
    /// <returns>Done already; what the factory's stop threw is in it.</returns>
    public Task StopListening()
    {
        if (!IsListening)
        {
            return Task.CompletedTask;
        }

        IsListening = false;
        try
        {
            _factory.DoStop();
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }

        return Task.CompletedTask;
    }

    /// <summary>The address; if port 0 was asked for, with one that the reactor made up.</summary>
    public EndPoint GetHost() => _address;

    /// <summary>
    /// Has a client come: the factory makes a protocol for the transport's peer, which is then connected to the transport. On a
    /// port with TLS the handshake is then done, unless <see cref="StringTransport.HoldsHandshake"/> is set.
    /// </summary>
    /// <returns>The protocol; null if the factory wants no connection.</returns>
    /// <exception cref="InvalidOperationException">The port does not listen.</exception>
    public IProtocol? Accept(StringTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        EnsureListening();
        IProtocol? protocol = _factory.BuildProtocol(transport.Peer);
        transport.IsClient = false;
        if (protocol is not null)
        {
            transport.ConnectWith(_context, protocol);
        }

        return protocol;
    }

    /// <summary>Makes a protocol for a connection with a client in memory, with TLS if the port has it.</summary>
    internal IProtocol? Build(EndPoint client)
    {
        EnsureListening();
        return (_context is null ? _factory : new TlsFactory(_reactor, _factory, _context, isClient: false)).BuildProtocol(client);
    }

    private void EnsureListening()
    {
        if (!IsListening)
        {
            throw new InvalidOperationException("The port does not listen.");
        }
    }
}
