using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IUnixSockets"/>
internal sealed unsafe partial class LinuxUnixSockets(DescriptorLedger ledger) : IUnixSockets
{
    private const int SO_PEERCRED = 17;
    private const int SCM_RIGHTS = 1;
    private const int SCM_PIDFD = 4;
    private const int MSG_CTRUNC = 8;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;

    // The most descriptors, and room for what other options of the socket add: credentials, a label, a pidfd, a time.
    private const int ControlSize = 2_048;

    public int SendWithDescriptor(int fd, ReadOnlySpan<byte> data, int descriptor)
    {
        byte* control = stackalloc byte[ControlHeader.Size + 8];
        *(ControlHeader*)control = new ControlHeader { Length = ControlHeader.Size + sizeof(int), Level = SocketConstants.SOL_SOCKET, Type = SCM_RIGHTS };
        *(long*)(control + ControlHeader.Size) = descriptor; // With what fills it up to eight bytes.
        fixed (byte* start = data)
        {
            IoVector piece = new() { Start = start, Length = (nuint)data.Length };
            MessageHeader header = new() { Pieces = &piece, PieceCount = 1, Control = control, ControlLength = ControlHeader.Size + 8 };
            while (true)
            {
                int result = Errno.OrResult(sendmsg(fd, &header, MSG_NOSIGNAL));
                if (result != -Errno.EINTR)
                {
                    return result;
                }
            }
        }
    }

    [SkipLocalsInit]
    public int ReceiveWithDescriptors(int fd, Span<byte> buffer, Span<int> descriptors, out ReceivedAncillary came)
    {
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* start = buffer)
        {
            IoVector piece = new() { Start = start, Length = (nuint)buffer.Length };
            while (true)
            {
                MessageHeader header = new() { Pieces = &piece, PieceCount = 1, Control = control, ControlLength = ControlSize };
                int result = Errno.OrResult(recvmsg(fd, &header, MSG_CMSG_CLOEXEC));
                if (result != -Errno.EINTR)
                {
                    came = result < 0 ? default : Take(control, (long)header.ControlLength, (header.Flags & MSG_CTRUNC) != 0, descriptors);
                    return result;
                }
            }
        }
    }

    public int GetPeerCredentials(int fd, out int processId, out uint userId, out uint groupId)
    {
        uint* credentials = stackalloc uint[3]; // struct ucred.
        uint length = 3 * sizeof(uint);
        int result = Errno.OrResult(getsockopt(fd, SocketConstants.SOL_SOCKET, SO_PEERCRED, credentials, &length));
        (processId, userId, groupId) = result < 0 ? (0, 0u, 0u) : ((int)credentials[0], credentials[1], credentials[2]);
        return result;
    }

    private ReceivedAncillary Take(byte* control, long left, bool isTruncated, Span<int> descriptors)
    {
        int count = 0;
        int unknown = 0;
        while (left >= ControlHeader.Size)
        {
            ControlHeader header = *(ControlHeader*)control;
            long length = (long)header.Length;
            if (length < ControlHeader.Size || length > left)
            {
                break;
            }

            int* numbers = (int*)(control + ControlHeader.Size);
            bool isRights = header is { Level: SocketConstants.SOL_SOCKET, Type: SCM_RIGHTS };
            bool isProcess = header is { Level: SocketConstants.SOL_SOCKET, Type: SCM_PIDFD };
            for (int i = 0; (isRights || isProcess) && i < (length - ControlHeader.Size) / sizeof(int); i++)
            {
                if (isRights && count < descriptors.Length)
                {
                    descriptors[count++] = ledger.Opened(numbers[i], "recvmsg");
                }
                else if (numbers[i] >= 0)
                {
                    _ = close(numbers[i]); // Nobody would.
                    isTruncated |= isRights;
                }
            }

            unknown = isRights ? unknown : header.Type;
            long step = (length + 7) & ~7L;
            control += step;
            left -= step;
        }

        return new ReceivedAncillary(count, isTruncated, unknown);
    }

    [LibraryImport("libc")]
    private static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc")]
    private static partial nint recvmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc")]
    private static partial int getsockopt(int fd, int level, int option, uint* value, uint* length);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
