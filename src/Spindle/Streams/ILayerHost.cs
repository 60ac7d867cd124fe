namespace Spindle.Streams;

/// <summary>A connection that takes a layer between itself and its protocol, and goes on being the protocol's transport.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface ILayerHost : ITransport, ILayered
{
    /// <summary>What gets the bytes that come: the layer's, while there is one. Null before there is a protocol and after the end.</summary>
    IProtocol? Protocol { get; }

    /// <summary>The reactor's time; null if it has none.</summary>
    IReactorTime? Time { get; }

    /// <summary>Whether this end has connected.</summary>
    bool IsClient { get; }

    /// <summary>Whether it is connected and not about to close.</summary>
    bool TakesLayers { get; }

    /// <summary>How many bytes wait to be sent.</summary>
    int PendingBytes { get; }

    /// <summary>How many bytes may wait to be sent at all.</summary>
    int MostPendingBytes { get; }

    /// <exception cref="InvalidOperationException">This is another thread.</exception>
    void EnsureAccess();

    /// <summary>Puts a layer between the user and the connection. What is buffered goes out before what the layer sends (TLS-5).</summary>
    /// <param name="layer">What the user's calls go to.</param>
    /// <param name="protocol">What gets the bytes that come.</param>
    /// <returns>The connection for the layer.</returns>
    ITransport AddLayer(ITransport layer, IProtocol protocol);

    /// <summary>Takes the layer away again.</summary>
    void RemoveLayer(IProtocol protocol);

    /// <summary>Forgets the producer without a word to it.</summary>
    /// <returns>The producer, whether it is a push producer, and whether it was paused; null if there was none.</returns>
    (IPullProducer Producer, bool IsStreaming, bool IsPaused)? TakeProducer();
}
