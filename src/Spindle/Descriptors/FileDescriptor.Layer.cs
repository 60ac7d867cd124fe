using System.Buffers;

namespace Spindle.Descriptors;

/// <content>What the user calls. A layer, if there is one, stands between him and the descriptor.</content>
public abstract partial class FileDescriptor
{
    /// <summary>What the user's calls go to instead: TLS, once it is started. Null: nothing.</summary>
    private protected ITransport? Layer { get; set; }

    /// <summary>Whether it closes as soon as all is sent, or is being aborted.</summary>
    public bool IsDisconnecting => Layer?.IsDisconnecting ?? IsClosing;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (Layer is { } layer)
        {
            layer.Write(data);
        }
        else
        {
            WriteBelow(data);
        }
    }

    /// <summary>Takes several pieces of memory as one.</summary>
    public void Write(in ReadOnlySequence<byte> data)
    {
        if (Layer is { } layer)
        {
            layer.Write(in data);
        }
        else
        {
            WriteBelow(in data);
        }
    }

    /// <summary>Closes when all is sent and no producer is registered.</summary>
    public void LoseConnection()
    {
        if (Layer is { } layer)
        {
            layer.LoseConnection();
        }
        else
        {
            LoseConnectionBelow();
        }
    }

    /// <summary>Closes the writing side when all is sent and no producer is registered.</summary>
    public void LoseWriteConnection()
    {
        if (Layer is { } layer)
        {
            layer.LoseWriteConnection();
        }
        else
        {
            LoseWriteConnectionBelow();
        }
    }

    /// <inheritdoc/>
    public void RegisterProducer(IPullProducer producer, bool streaming)
    {
        if (Layer is { } layer)
        {
            layer.RegisterProducer(producer, streaming);
        }
        else
        {
            RegisterProducerBelow(producer, streaming);
        }
    }

    /// <inheritdoc/>
    public void UnregisterProducer()
    {
        if (Layer is { } layer)
        {
            layer.UnregisterProducer();
        }
        else
        {
            UnregisterProducerBelow();
        }
    }

    /// <summary>Stops reading, so that the kernel's buffers and then the peer are held back.</summary>
    public void PauseProducing()
    {
        if (Layer is { } layer)
        {
            layer.PauseProducing();
        }
        else
        {
            PauseProducingBelow();
        }
    }

    /// <summary>Reads again, unless it is closing.</summary>
    public void ResumeProducing()
    {
        if (Layer is { } layer)
        {
            layer.ResumeProducing();
        }
        else
        {
            ResumeProducingBelow();
        }
    }

    /// <summary>Closes when all is sent.</summary>
    public void StopProducing() => LoseConnection();

    /// <summary>Forgets the producer and closes when all is sent: <see cref="UnregisterProducer"/> and <see cref="LoseConnection"/> in one.</summary>
    public void StopConsuming()
    {
        UnregisterProducer();
        LoseConnection();
    }

    /// <summary>How many bytes wait to be sent.</summary>
    internal int PendingBytes => _buffer.Length;

    /// <summary>How many bytes may wait to be sent at all.</summary>
    internal int MostPendingBytes => _writeLimit;

    /// <summary>Forgets the producer without a word to it.</summary>
    /// <returns>The producer, whether it is a push producer, and whether it was paused; null if there was none.</returns>
    internal (IPullProducer Producer, bool IsStreaming, bool IsPaused)? TakeProducer()
    {
        (IPullProducer, bool, bool)? taken = _producer is { } producer ? (producer, _isStreaming, _isProducerPaused) : null;
        _producer = null;
        return taken;
    }
}
