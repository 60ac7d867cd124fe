using System.Net;
using Spindle.Descriptors;
using Spindle.Protocols;

namespace Spindle.Testing;

/// <summary>A port of a <see cref="MemoryReactor"/>: nobody can connect to it but the test.</summary>
/// <remarks>Thread: one; it has none of its own.</remarks>
public sealed class MemoryPort : IListeningPort
{
    private readonly IFactory _factory;
    private readonly EndPoint _address;

    internal MemoryPort(IFactoryHost host, IFactory factory, EndPoint address)
    {
        (factory as IHostedFactory)?.UseOn(host);
        _factory = factory;
        _address = address;
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
        _factory.DoStart();
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

    /// <summary>Has a client come: the factory makes a protocol for the transport's peer, which is then connected to the transport.</summary>
    /// <returns>The protocol; null if the factory wants no connection.</returns>
    /// <exception cref="InvalidOperationException">The port does not listen.</exception>
    public IProtocol? Accept(StringTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        IProtocol? protocol = Build(transport.Peer);
        if (protocol is not null)
        {
            transport.Connect(protocol);
        }

        return protocol;
    }

    internal IProtocol? Build(EndPoint client) =>
        IsListening ? _factory.BuildProtocol(client) : throw new InvalidOperationException("The port does not listen.");
}
