namespace Spindle.Streams;

/// <content>A layer between the connection and its protocol: TLS.</content>
public abstract partial class StreamConnection : ILayered
{
    /// <summary>Whether this end has connected.</summary>
    internal abstract bool IsClient { get; }

    /// <summary>The reactor.</summary>
    internal Descriptors.IDescriptorHost Reactor => Host;

    /// <summary>Puts a layer between the user and the connection. What is buffered goes out before what the layer sends (TLS-5).</summary>
    /// <param name="layer">What the user's calls go to.</param>
    /// <param name="protocol">What gets the bytes that come.</param>
    /// <returns>The connection for the layer.</returns>
    internal BelowLayer AddLayer(ITransport layer, IProtocol protocol)
    {
        Layer = layer;
        _protocol = protocol;
        return new BelowLayer(this);
    }

    /// <summary>Takes the layer away again.</summary>
    internal void RemoveLayer(IProtocol protocol)
    {
        Layer = null;
        _protocol = protocol;
    }

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
