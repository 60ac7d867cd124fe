namespace Spindle;

/// <summary>Takes data from a producer and tells it when to pause.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IConsumer</c>.</para>
/// </remarks>
public interface IConsumer
{
    /// <summary>Registers the one producer.</summary>
    /// <param name="producer">An <see cref="IPushProducer"/> writes until it is paused; another writes once for each call of its <see cref="IPullProducer.ResumeProducing"/>.</param>
    /// <param name="streaming">True for a push producer; it must then be an <see cref="IPushProducer"/>.</param>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    void RegisterProducer(IPullProducer producer, bool streaming);

    /// <summary>Forgets the producer; harmless when there is none.</summary>
    void UnregisterProducer();

    /// <summary>Takes data. What must be kept is copied.</summary>
    void Write(ReadOnlySpan<byte> data);
}
