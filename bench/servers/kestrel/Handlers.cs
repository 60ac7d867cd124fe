using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Spindle.Bench;

/// <summary>Reads until the client has gone; what is done with the data is the derived class's.</summary>
internal abstract class ReadingHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync();
                SequencePosition consumed = await HandleAsync(result.Buffer, connection.Transport.Output);
                if (result.IsCompleted)
                {
                    return;
                }

                // What was not consumed has been looked at: the next read must bring more than that.
                input.AdvanceTo(consumed, result.Buffer.End);
            }
        }
        catch (ConnectionResetException)
        {
            // The client has gone.
        }
    }

    /// <summary>Handles what has come.</summary>
    /// <returns>How far it needs not to be shown again.</returns>
    protected abstract ValueTask<SequencePosition> HandleAsync(ReadOnlySequence<byte> data, PipeWriter output);
}

internal class EchoHandler : ReadingHandler
{
    protected override async ValueTask<SequencePosition> HandleAsync(ReadOnlySequence<byte> data, PipeWriter output)
    {
        foreach (ReadOnlyMemory<byte> segment in data)
        {
            output.Write(segment.Span);
        }

        await output.FlushAsync();
        return data.End;
    }
}

internal sealed class StatsEchoHandler : EchoHandler
{
    protected override ValueTask<SequencePosition> HandleAsync(ReadOnlySequence<byte> data, PipeWriter output)
    {
        if (!HeapStats.Asked(data.FirstSpan))
        {
            return base.HandleAsync(data, output);
        }

        HeapStats.Print();
        return ValueTask.FromResult(data.End);
    }
}

internal sealed class FramedHandler : ReadingHandler
{
    private const int HeaderSize = 4;

    protected override async ValueTask<SequencePosition> HandleAsync(ReadOnlySequence<byte> data, PipeWriter output)
    {
        while (TryFrame(data, out ReadOnlySequence<byte> frame))
        {
            foreach (ReadOnlyMemory<byte> segment in frame)
            {
                output.Write(segment.Span);
            }

            await output.FlushAsync();
            data = data.Slice(frame.End);
        }

        return data.Start;
    }

    private static bool TryFrame(ReadOnlySequence<byte> data, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(data);
        if (!reader.TryReadBigEndian(out int body) || data.Length < HeaderSize + (long)body)
        {
            return false;
        }

        frame = data.Slice(0, HeaderSize + (long)body);
        return true;
    }
}

internal sealed class SinkHandler : ReadingHandler
{
    protected override ValueTask<SequencePosition> HandleAsync(ReadOnlySequence<byte> data, PipeWriter output) =>
        ValueTask.FromResult(data.End);
}

internal sealed class SourceHandler : ConnectionHandler
{
    private const int ChunkSize = 256 * 1024;

    private readonly byte[] _chunk = new byte[ChunkSize];

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        FlushResult result;
        do
        {
            result = await connection.Transport.Output.WriteAsync(_chunk);
        }
        while (!result.IsCompleted);
    }
}
