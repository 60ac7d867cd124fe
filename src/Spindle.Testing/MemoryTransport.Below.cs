using System.Buffers;
using System.Net;

namespace Spindle.Testing;

/// <content>What is below a layer; without one, the connection itself.</content>
public sealed partial class MemoryTransport
{
    private sealed class Below(MemoryTransport end) : ITransport
    {
        public bool IsDisconnecting => end._isClosing;

        public void Write(ReadOnlySpan<byte> data)
        {
            if (!end.CanWrite || data.IsEmpty)
            {
                return;
            }

            end._written.Write(data);
            if (end._isStreaming && !end._isProducerPaused && end.PendingBytes > HighWaterMark)
            {
                end._isProducerPaused = true;
                ((IPushProducer)end._producer!).PauseProducing();
            }
        }

        public void Write(in ReadOnlySequence<byte> data)
        {
            foreach (ReadOnlyMemory<byte> piece in data)
            {
                Write(piece.Span);
            }
        }

        public void LoseConnection()
        {
            if (end.IsConnected)
            {
                end._isClosing = true;
                end._isReading = false;
            }
        }

        public void LoseWriteConnection() => end._isWriteClosing = true;

        public void AbortConnection()
        {
            if (end.IsConnected)
            {
                end._isAborting = true;
                end._isClosing = true;
                end._isReading = false;
                end.DropPending();
            }
        }

        public void RegisterProducer(IPullProducer producer, bool streaming)
        {
            ArgumentNullException.ThrowIfNull(producer);
            if (streaming && producer is not IPushProducer)
            {
                throw new ArgumentException("A streaming producer must be an IPushProducer: it has to be paused.", nameof(producer));
            }

            if (end._producer is not null)
            {
                throw new InvalidOperationException($"Cannot register {producer}: {end._producer} was not unregistered.");
            }

            if (!end.IsConnected)
            {
                producer.StopProducing();
                return;
            }

            end._producer = producer;
            end._isStreaming = streaming;
            end._isProducerPaused = false;
            if (!streaming)
            {
                producer.ResumeProducing();
            }
        }

        public void UnregisterProducer()
        {
            end._producer = null;
            end._isStreaming = false;
        }

        public void PauseProducing() => end._isReading = false;

        public void ResumeProducing() => end._isReading = !end._isClosing;

        public void StopProducing() => LoseConnection();

        public EndPoint GetHost() => end._host;

        public EndPoint GetPeer() => end._peer;
    }
}
