using Spindle.Protocols;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Protocols;

public sealed class FileSenderTests
{
    private readonly StringTransport _consumer = new();

    [Fact, Clause("PROTO-23")]
    public void SendAsync_Always_SendsAChunkEachTimeItIsAskedAndThenTheLastByte()
    {
        byte[] data = Payload.Make(40_000);
        using MemoryStream file = new(data);

        Task<byte?> sent = FileSender.SendAsync(file, _consumer);
        Assert.False(_consumer.IsStreaming);
        Assert.Equal(0, _consumer.Written.Length);

        _consumer.Producer!.ResumeProducing();
        Assert.Equal(16_384, _consumer.Written.Length);
        _consumer.Producer.ResumeProducing();
        Assert.Equal(32_768, _consumer.Written.Length);
        _consumer.Producer.ResumeProducing();
        Assert.Equal(data, _consumer.Written);
        Assert.False(sent.IsCompleted);

        _consumer.Producer.ResumeProducing();
        Assert.Equal(data[^1], Finished.ResultOf(sent));
        Assert.Null(_consumer.Producer);
        Assert.True(file.CanRead); // Not closed.
    }

    [Fact, Clause("PROTO-23")]
    public void SendAsync_EmptyFile_HasNoLastByte()
    {
        using MemoryStream file = new();
        Task<byte?> sent = FileSender.SendAsync(file, _consumer);

        _consumer.Producer!.ResumeProducing();

        Assert.Null(Finished.ResultOf(sent));
        Assert.Null(_consumer.Producer);
    }

    [Fact, Clause("PROTO-23")]
    public void SendAsync_ConsumerFailsToLetGo_FailsTheTask()
    {
        using MemoryStream file = new();
        Stubborn consumer = new();

        Task<byte?> sent = FileSender.SendAsync(file, consumer);

        Assert.Same(consumer.Fault, sent.Exception?.InnerException);
    }

    [Fact, Clause("PROTO-23")]
    public void SendAsync_FromTheMiddle_SendsTheRest()
    {
        using MemoryStream file = new("hello"u8.ToArray()) { Position = 3 };
        Task<byte?> sent = FileSender.SendAsync(file, _consumer);

        Drain();

        Assert.Equal("lo", _consumer.WrittenText);
        Assert.Equal((byte)'o', Finished.ResultOf(sent));
    }

    [Fact, Clause("PROTO-23")]
    public void SendAsync_Transformed_SendsWhatTheFunctionMakesOfIt()
    {
        using MemoryStream file = new("hello"u8.ToArray());
        Task<byte?> sent = FileSender.SendAsync(file, _consumer, chunk => chunk.ToArray().Select(each => (byte)(each - 32)).ToArray());

        Drain();

        Assert.Equal("HELLO", _consumer.WrittenText);
        Assert.Equal((byte)'O', Finished.ResultOf(sent));
    }

    [Fact, Clause("PROTO-23")]
    public void SendAsync_FunctionLeavesNothing_GoesOnWithTheNextChunk()
    {
        byte[] data = [.. new byte[16_384], .. "end"u8];
        using MemoryStream file = new(data);
        Task<byte?> sent = FileSender.SendAsync(file, _consumer, chunk => chunk.Span[0] == 0 ? default : chunk);

        _consumer.Producer!.ResumeProducing();
        Assert.Equal("end", _consumer.WrittenText);

        Drain();
        Assert.Equal((byte)'d', Finished.ResultOf(sent));
    }

    [Fact, Clause("PROTO-23")]
    public void StopProducing_NotDone_Fails()
    {
        using MemoryStream file = new(new byte[100_000]);
        Task<byte?> sent = FileSender.SendAsync(file, _consumer);
        IPullProducer producer = _consumer.Producer!;
        producer.ResumeProducing();

        producer.StopProducing();

        TransferStoppedException reason = Assert.IsType<TransferStoppedException>(sent.Exception!.InnerException);
        Assert.Contains("16,384", reason.Message, StringComparison.Ordinal);
        producer.ResumeProducing(); // Nothing more comes of it.
        producer.StopProducing();
        Assert.Equal(16_384, _consumer.Written.Length);
    }

    [Fact, Clause("PROTO-23")]
    public void StopProducing_Done_ChangesNothing()
    {
        using MemoryStream file = new("hello"u8.ToArray());
        Task<byte?> sent = FileSender.SendAsync(file, _consumer);
        IPullProducer producer = _consumer.Producer!;
        Drain();

        producer.StopProducing();
        producer.ResumeProducing();

        Assert.True(sent.IsCompletedSuccessfully);
    }

    [Fact]
    public void SendAsync_ReadFails_FailsWithItAndLeavesTheConsumer()
    {
        using SlowStream file = new();
        file.Fail(new FormatException());
        Task<byte?> sent = FileSender.SendAsync(file, _consumer);

        _consumer.Producer!.ResumeProducing();

        Assert.IsType<FormatException>(sent.Exception!.InnerException);
        Assert.Null(_consumer.Producer);
        Assert.True(_consumer.IsConnected);
    }

    [Fact]
    public void SendAsync_FunctionFails_FailsWithIt()
    {
        using MemoryStream file = new("hello"u8.ToArray());
        Task<byte?> sent = FileSender.SendAsync(file, _consumer, _ => throw new FormatException());

        _consumer.Producer!.ResumeProducing();

        Assert.IsType<FormatException>(sent.Exception!.InnerException);
        Assert.Null(_consumer.Producer);
    }

    [Fact]
    public void ResumeProducing_WhileAReadIsUnderWay_ReadsOnce() => WithoutContext(() =>
    {
        using SlowStream file = new();
        Task<byte?> sent = FileSender.SendAsync(file, _consumer);

        _consumer.Producer!.ResumeProducing();
        _consumer.Producer.ResumeProducing();
        Assert.Equal(1, file.Reads);

        file.Give("one"u8);
        Assert.Equal("one", _consumer.WrittenText);
        Assert.Equal(1, file.Reads);

        _consumer.Producer.ResumeProducing();
        file.Give([]);
        Assert.Equal((byte)'e', Finished.ResultOf(sent));
    });

    [Fact]
    public void StopProducing_WhileAReadIsUnderWay_WritesNothingMore() => WithoutContext(() =>
    {
        using SlowStream file = new();
        Task<byte?> sent = FileSender.SendAsync(file, _consumer);
        IPullProducer producer = _consumer.Producer!;
        producer.ResumeProducing();

        producer.StopProducing();
        Assert.True(sent.IsFaulted);

        file.Give("late"u8);
        Assert.Equal(0, _consumer.Written.Length);
    });

    [Fact]
    public void ResumeProducing_WithinTheWrite_DoesNotDeepenTheStack()
    {
        const int Chunks = 20_000;
        using MemoryStream file = new(new byte[Chunks * FileSender.ChunkSize / 64]);
        EagerConsumer consumer = new();

        Task<byte?> sent = FileSender.SendAsync(new DrippingStream(file), consumer);

        Assert.True(sent.IsCompletedSuccessfully);
        Assert.Equal(file.Length, consumer.Written);
        Assert.Equal(1, consumer.Deepest);
    }

    [Fact]
    public void SendAsync_ProducerIsThereAlready_Throws()
    {
        using MemoryStream file = new();
        _consumer.RegisterProducer(new RecordingProducer(), streaming: true);

        Assert.Throws<InvalidOperationException>(() => { _ = FileSender.SendAsync(file, _consumer); });
        Assert.Throws<ArgumentNullException>(() => { _ = FileSender.SendAsync(null!, _consumer); });
        Assert.Throws<ArgumentNullException>(() => { _ = FileSender.SendAsync(file, null!); });
    }

    private void Drain()
    {
        while (_consumer.Producer is { } producer)
        {
            producer.ResumeProducing();
        }
    }

    // What is awaited then goes on within the call that completes it.
    private static void WithoutContext(Action test)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            test();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Asks for more within each write.</summary>
    private sealed class EagerConsumer : IConsumer
    {
        private IPullProducer? _producer;
        private int _depth;

        public long Written { get; private set; }

        public int Deepest { get; private set; }

        public void RegisterProducer(IPullProducer producer, bool streaming)
        {
            _producer = producer;
            producer.ResumeProducing();
        }

        public void UnregisterProducer() => _producer = null;

        public void Write(ReadOnlySpan<byte> data)
        {
            Deepest = Math.Max(Deepest, ++_depth);
            Written += data.Length;
            _producer!.ResumeProducing();
            _depth--;
        }
    }

    /// <summary>Gives little at a time.</summary>
    private sealed class DrippingStream(MemoryStream inner) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer[..256], cancellationToken);
    }

    private sealed class Stubborn : IConsumer
    {
        public InvalidOperationException Fault { get; } = new("It stays.");

        public void RegisterProducer(IPullProducer producer, bool streaming) => producer.ResumeProducing();

        public void UnregisterProducer() => throw Fault;

        public void Write(ReadOnlySpan<byte> data)
        {
        }
    }
}
