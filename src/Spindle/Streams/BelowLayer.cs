using System.Buffers;
using System.Net;

namespace Spindle.Streams;

/// <summary>A connection as the layer on it uses it.</summary>
internal sealed class BelowLayer(StreamConnection connection) : ITransport
{
    public bool IsDisconnecting => connection.IsClosing;

    public void Write(ReadOnlySpan<byte> data) => connection.WriteBelow(data);

    public void Write(in ReadOnlySequence<byte> data) => connection.WriteBelow(in data);

    public void LoseConnection() => connection.LoseConnectionBelow();

    public void LoseWriteConnection() => connection.LoseWriteConnectionBelow();

    public void AbortConnection() => connection.AbortConnectionBelow();

    public void RegisterProducer(IPullProducer producer, bool streaming) => connection.RegisterProducerBelow(producer, streaming);

    public void UnregisterProducer() => connection.UnregisterProducerBelow();

    public void PauseProducing() => connection.PauseProducingBelow();

    public void ResumeProducing() => connection.ResumeProducingBelow();

    public void StopProducing() => connection.LoseConnectionBelow();

    public EndPoint GetHost() => connection.GetHost();

    public EndPoint GetPeer() => connection.GetPeer();
}
