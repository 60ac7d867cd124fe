using Spindle.Loops;

namespace Spindle.Protocols;

/// <summary>Sends a file, or any stream, to a consumer as fast as that one takes it.</summary>
/// <remarks>
/// <example>
/// <code>
/// reactor.Spawn(async () =>
/// {
///     using FileStream file = File.OpenRead(path);
///     await FileSender.SendAsync(file, Transport);
///     Transport.LoseConnection();
/// });
/// </code>
/// </example>
/// <para>
/// A chunk is read when the consumer has passed on the one before. It is read with <see cref="Stream.ReadAsync(Memory{byte}, CancellationToken)"/>,
/// which for a file leaves the thread: a slow disk does not hold the reactor up.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>protocols/basic.py</c>, <c>FileSender</c>. An error of the file reaches the caller and leaves the
/// consumer alone; a chunk that the transformation leaves nothing of does not end the transfer.
/// </para>
/// </remarks>
public sealed class FileSender : IPullProducer
{
    /// <summary>How many bytes are read at a time: 16,384.</summary>
    public const int ChunkSize = 16_384;

    private readonly Stream _file;
    private readonly IConsumer _consumer;
    private readonly Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? _transform;
    private readonly TaskCompletionSource<byte?> _result = new();
    private readonly byte[] _chunk = new byte[ChunkSize];
    private byte? _last;
    private long _written;
    private bool _isReading;
    private bool _isWriting;
    private bool _isWanted; // The consumer asked for more while it was being written to.
    private bool _isOver;

    private FileSender(Stream file, IConsumer consumer, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? transform)
    {
        _file = file;
        _consumer = consumer;
        _transform = transform;
    }

    /// <summary>Sends a stream from where it stands to its end, as the consumer's producer.</summary>
    /// <param name="file">The stream. It is not closed.</param>
    /// <param name="consumer">Where it goes: a transport, for example.</param>
    /// <param name="transform">What is made of each chunk before it is sent; null sends it as it is. The result is used up before the next call.</param>
    /// <returns>
    /// The last byte that was written, null if there was none, when all is written and the consumer is free for another
    /// producer. Fails with <see cref="TransferStoppedException"/> if the consumer went away, else with what the stream or the transformation threw.
    /// </returns>
    /// <exception cref="InvalidOperationException">The consumer has a producer already.</exception>
    public static Task<byte?> SendAsync(Stream file, IConsumer consumer, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? transform = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(consumer);
        FileSender sender = new(file, consumer, transform);
        consumer.RegisterProducer(sender, streaming: false);
        return sender._result.Task;
    }

    /// <summary>For the consumer: sends the next chunk.</summary>
    public void ResumeProducing()
    {
        if (_isWriting)
        {
            _isWanted = true;
        }
        else if (!_isReading && !_isOver)
        {
            _ = SendChunkAsync();
        }
    }

    /// <summary>For the consumer: ends the transfer.</summary>
    public void StopProducing()
    {
        if (!_isOver)
        {
            _isOver = true;
            LoopTasks.Fail(_result, new TransferStoppedException(_written));
        }
    }

    private async Task SendChunkAsync()
    {
        try
        {
            do
            {
                _isReading = true;
                int count = await _file.ReadAsync(_chunk).ConfigureAwait(true);
                _isReading = false;
                if (_isOver)
                {
                    return;
                }

                if (count == 0)
                {
                    Finish(failure: null);
                    return;
                }

                Write(_chunk.AsMemory(0, count));
            }
            while (_isWanted && !_isOver);
        }
        catch (Exception failure)
        {
            _isReading = false;
            Finish(failure);
        }
    }

    private void Write(ReadOnlyMemory<byte> chunk)
    {
        ReadOnlyMemory<byte> data = _transform is null ? chunk : _transform(chunk);
        _isWanted = data.IsEmpty; // Nothing would make the consumer ask for more.
        if (data.IsEmpty)
        {
            return;
        }

        _last = data.Span[^1];
        _written += data.Length;
        _isWriting = true;
        try
        {
            _consumer.Write(data.Span);
        }
        finally
        {
            _isWriting = false;
        }
    }

    private void Finish(Exception? failure)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        try
        {
            _consumer.UnregisterProducer();
        }
        catch (Exception refusal)
        {
            failure ??= refusal; // Nobody else would hear of it, and the task would never end.
        }

        if (failure is null)
        {
            LoopTasks.Complete(_result, _last);
        }
        else
        {
            LoopTasks.Fail(_result, failure);
        }
    }
}
