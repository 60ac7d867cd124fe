using System.Security.Cryptography.X509Certificates;
using Spindle.Streams;
using Spindle.Tls;

namespace Spindle.Testing;

/// <content>TLS.</content>
public sealed partial class MemoryTransport : ITlsTransport, ILayerHost
{
    /// <inheritdoc/>
    public bool IsTls => TlsUpgrade.LayerOf(this) is not null;

    /// <inheritdoc/>
    public TlsSessionInfo? TlsSession => TlsUpgrade.LayerOf(this)?.TlsSession;

    IProtocol? ILayerHost.Protocol => _top;

    IReactorTime ILayerHost.Time => _reactor;

    bool ILayerHost.IsClient => _isClient;

    bool ILayerHost.TakesLayers => IsConnected && !_isClosing;

    int ILayerHost.MostPendingBytes => int.MaxValue;

    /// <inheritdoc/>
    public X509Certificate2? GetPeerCertificate() => TlsUpgrade.LayerOf(this)?.GetPeerCertificate();

    /// <inheritdoc/>
    public X509Certificate2? GetLocalCertificate() => TlsUpgrade.LayerOf(this)?.GetLocalCertificate();

    /// <inheritdoc/>
    public void StartTls(TlsContext context, bool normal = true, ReadOnlySpan<byte> received = default) => TlsUpgrade.Start(this, context, normal, received);

    /// <inheritdoc/>
    public Task StopTls() => TlsUpgrade.Stop(this);

    void ILayerHost.EnsureAccess()
    {
    }

    ITransport ILayerHost.AddLayer(ITransport layer, IProtocol protocol)
    {
        _layer = layer;
        _top = protocol;
        return _below;
    }

    void ILayerHost.RemoveLayer(IProtocol protocol)
    {
        _layer = null;
        _top = protocol;
    }

    (IPullProducer Producer, bool IsStreaming, bool IsPaused)? ILayerHost.TakeProducer()
    {
        (IPullProducer, bool, bool)? taken = _producer is { } producer ? (producer, _isStreaming, _isProducerPaused) : null;
        _below.UnregisterProducer();
        return taken;
    }

    void ILayered.HandBack(ReadOnlySpan<byte> data)
    {
        if (IsConnected)
        {
            _top.DataReceived(data);
        }
    }
}
