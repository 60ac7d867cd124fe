using System.Buffers.Binary;
using System.Net.Sockets;

namespace Spindle.Bench;

/// <summary>The other modes, as asynchronous methods: an awaited operation allocates nothing here either.</summary>
internal static class StreamConnections
{
    private const int HeaderSize = 4;
    private const int FrameLimit = 64 << 20;
    private const int ChunkSize = 256 * 1024;

    /// <summary>Answers each frame with a send of its own.</summary>
    public static async Task FramedAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        int start = 0;
        int end = 0;
        try
        {
            while (true)
            {
                int size = FrameSize(buffer.AsSpan(start, end - start));
                if (size <= end - start)
                {
                    await SendAllAsync(socket, buffer.AsMemory(start, size));
                    start += size;
                    continue;
                }

                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
                if (size > buffer.Length)
                {
                    Array.Resize(ref buffer, size);
                }

                int count = await socket.ReceiveAsync(buffer.AsMemory(end));
                if (count == 0)
                {
                    return;
                }

                end += count;
            }
        }
        catch (SocketException)
        {
            // The client has gone.
        }
        finally
        {
            socket.Dispose();
        }
    }

    public static async Task SinkAsync(Socket socket)
    {
        byte[] buffer = new byte[ChunkSize];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory()) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The client has gone.
        }
        finally
        {
            socket.Dispose();
        }
    }

    public static async Task SourceAsync(Socket socket)
    {
        byte[] chunk = new byte[ChunkSize];
        try
        {
            while (true)
            {
                await SendAllAsync(socket, chunk);
            }
        }
        catch (SocketException)
        {
            // The client has gone.
        }
        finally
        {
            socket.Dispose();
        }
    }

    // The whole frame's size; the header's, while that is not there.
    private static int FrameSize(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderSize)
        {
            return HeaderSize;
        }

        uint body = BinaryPrimitives.ReadUInt32BigEndian(data);
        return body <= FrameLimit ? HeaderSize + (int)body : throw new SocketException((int)SocketError.MessageSize);
    }

    private static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
        {
            data = data[await socket.SendAsync(data)..];
        }
    }
}
