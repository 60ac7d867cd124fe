namespace Spindle.Streams;

/// <content>A layer between the connection and its protocol: TLS.</content>
public abstract partial class StreamConnection : ILayerHost
{
    /// <summary>Whether this end has connected.</summary>
    internal abstract bool IsClient { get; }

    IReactorTime? ILayerHost.Time => Host as IReactorTime;

    bool ILayerHost.IsClient => IsClient;

    bool ILayerHost.TakesLayers => IsConnected && !IsClosing;

    int ILayerHost.PendingBytes => PendingBytes;

    int ILayerHost.MostPendingBytes => MostPendingBytes;

    void ILayerHost.EnsureAccess() => Host.EnsureAccess();

    ITransport ILayerHost.AddLayer(ITransport layer, IProtocol protocol)
    {
        Layer = layer;
        _protocol = protocol;
        return new BelowLayer(this);
    }

    void ILayerHost.RemoveLayer(IProtocol protocol)
    {
        Layer = null;
        _protocol = protocol;
    }

    (IPullProducer Producer, bool IsStreaming, bool IsPaused)? ILayerHost.TakeProducer() => TakeProducer();

    void ILayered.HandBack(ReadOnlySpan<byte> data)
    {
        if (IsConnected)
        {
            _protocol!.DataReceived(data);
        }
    }

    internal void AbortConnectionBelow()
    {
        Host.EnsureAccess();
        Abort(new TransportAbortedException());
    }
}
