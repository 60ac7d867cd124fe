using Spindle.Kernel;

namespace Spindle.Descriptors;

/// <summary>Reading and writing descriptors that are no sockets, with results as <see cref="IReadDescriptor.DoRead"/> gives them.</summary>
/// <remarks>Source: Twisted's <c>internet/fdesc.py</c>.</remarks>
internal static class DescriptorIO
{
    /// <summary>How much is read at once: 8,192 bytes (FDESC-2).</summary>
    public const int ChunkSize = 8_192;

    /// <summary>Reads once.</summary>
    /// <param name="files">The kernel's.</param>
    /// <param name="fd">The descriptor.</param>
    /// <param name="buffer">Where to; of this at most <see cref="ChunkSize"/> bytes are used.</param>
    /// <param name="count">How many bytes came; zero when there is nothing yet, or an end.</param>
    /// <returns>Null to go on; <see cref="ConnectionDoneException"/> at the end; a <see cref="ConnectionLostException"/> for any other error.</returns>
    public static Exception? Read(IFiles files, int fd, Span<byte> buffer, out int count)
    {
        int read = files.Read(fd, buffer[..Math.Min(buffer.Length, ChunkSize)]);
        count = Math.Max(read, 0);
        return read switch
        {
            > 0 or -Errno.EAGAIN or -Errno.EINTR => null,
            0 => ConnectionDoneException.Instance,
            _ => Lost(-read),
        };
    }

    /// <summary>What a write has brought: a full pipe and an interrupted call are tried again later (FDESC-3).</summary>
    /// <returns>Bytes; zero when it must be tried again; or -errno.</returns>
    public static int Written(int result) => result is -Errno.EAGAIN or -Errno.EINTR ? 0 : result;

    public static ConnectionLostException Lost(int errno) => new($"{errno}: {Errno.Describe(errno)}", errno);
}
