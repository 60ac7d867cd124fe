using System.Net;

namespace Spindle;

/// <summary>A datagram protocol to derive from: override what you need.</summary>
/// <remarks>
/// <para>It serves one port at a time; when that is closed it may be used again.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.DatagramProtocol</c>.</para>
/// </remarks>
public abstract class DatagramProtocol : IDatagramProtocol, ILoggingContext
{
    private IDatagramTransport? _transport;

    /// <summary>The port.</summary>
    /// <exception cref="InvalidOperationException">There is none: not yet, or not any more.</exception>
    public IDatagramTransport Transport => _transport ?? throw new InvalidOperationException("The protocol has no port now.");

    /// <summary>Whether it has a port now.</summary>
    public bool IsConnected => _transport is not null;

    /// <summary>The type's name.</summary>
    public virtual string LogPrefix => GetType().Name;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It has a port already.</exception>
    public void MakeConnection(IDatagramTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        if (_transport is not null)
        {
            throw new InvalidOperationException($"{LogPrefix} serves {_transport} already; a datagram protocol serves one port at a time.");
        }

        _transport = transport;
        try
        {
            StartProtocol();
        }
        catch
        {
            _transport = null;
            throw;
        }
    }

    /// <summary>The port is there. What this throws closes it.</summary>
    public virtual void StartProtocol()
    {
    }

    /// <inheritdoc/>
    public virtual void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
    }

    /// <inheritdoc/>
    public virtual void ConnectionRefused()
    {
    }

    /// <inheritdoc/>
    public void DoStop()
    {
        if (_transport is not null)
        {
            _transport = null;
            StopProtocol();
        }
    }

    /// <summary>The port is gone.</summary>
    public virtual void StopProtocol()
    {
    }
}
