namespace Spindle;

/// <summary>A protocol to derive from: override what you need.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.Protocol</c>; <see cref="IsConnected"/> becomes false again before <see cref="ConnectionLost"/>.</para>
/// </remarks>
public abstract class Protocol : IProtocol, ILoggingContext
{
    private ITransport? _transport;

    /// <summary>The connection. It stays after the end, when its members do nothing.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public ITransport Transport => _transport ?? throw new InvalidOperationException("The protocol has no connection yet.");

    private protected ITransport? TransportOrNull => _transport;

    /// <summary>What made this protocol, if that was a <see cref="Spindle.Factory"/>.</summary>
    public Factory? Factory { get; internal set; }

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>The type's name.</summary>
    public virtual string LogPrefix => GetType().Name;

    /// <inheritdoc/>
    public virtual void MakeConnection(ITransport transport)
    {
        IsConnected = true;
        _transport = transport;
        ConnectionMade();
    }

    /// <summary>The connection is there.</summary>
    public virtual void ConnectionMade()
    {
    }

    /// <inheritdoc/>
    public virtual void DataReceived(ReadOnlySpan<byte> data)
    {
    }

    /// <inheritdoc/>
    public virtual void ConnectionLost(Exception reason)
    {
    }

    void IProtocol.ConnectionLost(Exception reason)
    {
        IsConnected = false;
        ConnectionLost(reason);
    }
}
