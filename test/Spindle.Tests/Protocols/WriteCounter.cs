using System.Buffers;
using System.Net;

namespace Spindle.Tests.Protocols;

/// <summary>A transport that keeps each write by itself.</summary>
internal sealed class WriteCounter : ITransport
{
    public List<byte[]> Writes { get; } = [];

    public bool IsDisconnecting => false;

    public void Write(ReadOnlySpan<byte> data) => Writes.Add(data.ToArray());

    public void Write(in ReadOnlySequence<byte> data) => Writes.Add(data.ToArray());

    public void RegisterProducer(IPullProducer producer, bool streaming) => throw new NotSupportedException();

    public void UnregisterProducer() => throw new NotSupportedException();

    public void PauseProducing() => throw new NotSupportedException();

    public void ResumeProducing() => throw new NotSupportedException();

    public void StopProducing() => throw new NotSupportedException();

    public void LoseConnection() => throw new NotSupportedException();

    public void LoseWriteConnection() => throw new NotSupportedException();

    public void AbortConnection() => throw new NotSupportedException();

    public EndPoint GetHost() => throw new NotSupportedException();

    public EndPoint GetPeer() => throw new NotSupportedException();
}
