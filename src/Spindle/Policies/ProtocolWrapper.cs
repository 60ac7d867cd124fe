using System.Buffers;
using System.Net;
using Spindle.Descriptors;

namespace Spindle.Policies;

/// <summary>Stands between a transport and a protocol: the transport's protocol, and the protocol's transport.</summary>
/// <remarks>
/// <para>
/// Everything is passed on; a policy derives from it and overrides what it wants to see. The abilities of both sides stay
/// effective: a transport finds those of the wrapped protocol, and the protocol those of the transport, with
/// <c>FindAbility</c>. A wrapper that implements one itself hears of it instead.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>ProtocolWrapper</c>; abilities are asked for instead of copied.</para>
/// </remarks>
public class ProtocolWrapper : IProtocolWrapper, ITransportWrapper, ILoggingContext, IEndingProducer
{
    private ITransport? _transport;
    private Exception? _failure; // Met outside the transport's calls; the reason of the end.
    private string? _lastPrefix;
    private bool _hasEnded;

    /// <summary>Wraps a protocol.</summary>
    /// <param name="factory">Keeps the wrapper among its live ones.</param>
    /// <param name="wrapped">The protocol.</param>
    public ProtocolWrapper(WrappingFactory factory, IProtocol wrapped)
        : this(factory)
    {
        ArgumentNullException.ThrowIfNull(wrapped);
        WrappedProtocol = wrapped;
    }

    private protected ProtocolWrapper(WrappingFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Factory = factory;
    }

    /// <summary>What made this wrapper.</summary>
    public WrappingFactory Factory { get; }

    /// <summary>The protocol behind; null after the end.</summary>
    public IProtocol? WrappedProtocol { get; private protected set; }

    /// <summary>The transport below. It stays after the end, when its members do nothing.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public ITransport Transport => _transport ?? throw new InvalidOperationException("The protocol has no connection yet.");

    ITransport? ITransportWrapper.WrappedTransport => _transport;

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected { get; private set; }

    /// <inheritdoc/>
    public virtual bool IsDisconnecting => Transport.IsDisconnecting;

    /// <summary>"Echo (TimeoutProtocol)": the wrapped protocol's prefix and the wrapper's type.</summary>
    public virtual string LogPrefix => _lastPrefix ?? (WrappedProtocol is { } wrapped ? PrefixOf(wrapped) : GetType().Name);

    bool IEndingProducer.IsOver => _hasEnded || _transport is IEndingProducer { IsOver: true };

    /// <inheritdoc/>
    public virtual void MakeConnection(ITransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        Attach(transport);
        WrappedProtocol?.MakeConnection(this);
    }

    /// <inheritdoc/>
    public virtual void DataReceived(ReadOnlySpan<byte> data) => WrappedProtocol?.DataReceived(data);

    /// <inheritdoc/>
    public virtual void ConnectionLost(Exception reason)
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        IsConnected = false;
        try
        {
            Factory.Unregister(this);
        }
        finally
        {
            TellEnd(_failure ?? reason);
        }
    }

    /// <inheritdoc/>
    public virtual void Write(ReadOnlySpan<byte> data) => Transport.Write(data);

    /// <inheritdoc/>
    public virtual void Write(in ReadOnlySequence<byte> data) => Transport.Write(in data);

    /// <inheritdoc/>
    public virtual void LoseConnection() => Transport.LoseConnection();

    /// <inheritdoc/>
    public virtual void LoseWriteConnection() => Transport.LoseWriteConnection();

    /// <inheritdoc/>
    public virtual void AbortConnection() => Transport.AbortConnection();

    /// <inheritdoc/>
    public virtual EndPoint GetHost() => Transport.GetHost();

    /// <inheritdoc/>
    public virtual EndPoint GetPeer() => Transport.GetPeer();

    /// <inheritdoc/>
    public virtual void RegisterProducer(IPullProducer producer, bool streaming) => Transport.RegisterProducer(producer, streaming);

    /// <inheritdoc/>
    public virtual void UnregisterProducer() => Transport.UnregisterProducer();

    /// <inheritdoc/>
    public virtual void PauseProducing() => Transport.PauseProducing();

    /// <inheritdoc/>
    public virtual void ResumeProducing() => Transport.ResumeProducing();

    /// <inheritdoc/>
    public virtual void StopProducing() => Transport.StopProducing();

    /// <summary>Prefix and transport, for people.</summary>
    public override string ToString() => $"<{LogPrefix} on {(object?)_transport ?? "no connection"}>";

    /// <summary>Takes the transport; the protocol behind is not told.</summary>
    private protected void Attach(ITransport transport)
    {
        _transport = transport;
        IsConnected = true;
        Factory.Register(this);
    }

    /// <summary>Ends the connection because user code failed in a call that the transport knows nothing of, a timer's for example.</summary>
    private protected void Fail(Exception failure)
    {
        _failure ??= failure;
        _transport?.AbortConnection();
    }

    private protected string PrefixOf(object wrapped) => $"{LogNames.Of(wrapped)} ({GetType().Name})";

    private void TellEnd(Exception reason)
    {
        try
        {
            WrappedProtocol?.ConnectionLost(reason);
        }
        catch
        {
            _lastPrefix = LogPrefix; // The record of the failure still names the protocol.
            throw;
        }
        finally
        {
            WrappedProtocol = null;
        }
    }
}
