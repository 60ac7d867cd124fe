using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="ISockets"/>
internal sealed unsafe partial class LinuxSockets(DescriptorLedger ledger) : ISockets
{
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SO_LINGER = 13;
    private const int SO_ATTACH_FILTER = 26;
    private const int MSG_TRUNC = 0x20;
    private const int MSG_NOSIGNAL = 0x4000;
    private const nuint SIOCOUTQ = 0x5411;
    private const ushort BPF_LD_B_ABS = 0x30;
    private const ushort BPF_JMP_JSET_K = 0x45;
    private const ushort BPF_RET_K = 0x06;

    public int Create(int family, int type, int protocol) =>
        ledger.Opened(Errno.OrResult(socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol)), "socket");

    public int Bind(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* raw = address)
        {
            return Errno.OrResult(bind(fd, raw, (uint)address.Length));
        }
    }

    public int Listen(int fd, int backlog) => Errno.OrResult(listen(fd, backlog));

    public int Accept(int fd, Span<byte> peer, out int peerLength)
    {
        fixed (byte* raw = peer)
        {
            while (true)
            {
                uint length = (uint)peer.Length;
                int result = Errno.OrResult(accept4(fd, raw, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
                if (result != -Errno.EINTR)
                {
                    peerLength = result < 0 ? 0 : (int)length;
                    return ledger.Opened(result, "accept4");
                }
            }
        }
    }

    public int Connect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* raw = address)
        {
            return Errno.OrResult(connect(fd, raw, (uint)address.Length));
        }
    }

    public int GetLocalAddress(int fd, Span<byte> address)
    {
        fixed (byte* raw = address)
        {
            uint length = (uint)address.Length;
            int result = Errno.OrResult(getsockname(fd, raw, &length));
            return result < 0 ? result : (int)length;
        }
    }

    public int GetPeerAddress(int fd, Span<byte> address)
    {
        fixed (byte* raw = address)
        {
            uint length = (uint)address.Length;
            int result = Errno.OrResult(getpeername(fd, raw, &length));
            return result < 0 ? result : (int)length;
        }
    }

    public int GetOption(int fd, int level, int option, out int value)
    {
        int read = 0;
        uint length = sizeof(int);
        int result = Errno.OrResult(getsockopt(fd, level, option, &read, &length));
        value = read;
        return result;
    }

    public int SetOption(int fd, int level, int option, int value) =>
        Errno.OrResult(setsockopt(fd, level, option, &value, sizeof(int)));

    public int SetLingerZero(int fd)
    {
        int* linger = stackalloc int[2] { 1, 0 };
        return Errno.OrResult(setsockopt(fd, SocketConstants.SOL_SOCKET, SO_LINGER, linger, 2 * sizeof(int)));
    }

    public int IgnoreNewClients(int fd)
    {
        // The program sees the segment from its TCP header on and drops what begins a connection.
        FilterInstruction* program = stackalloc FilterInstruction[]
        {
            new() { Code = BPF_LD_B_ABS, K = 13 }, // The flags.
            new() { Code = BPF_JMP_JSET_K, JumpFalse = 1, K = 0x02 }, // SYN.
            new() { Code = BPF_RET_K, K = 0 },
            new() { Code = BPF_RET_K, K = uint.MaxValue },
        };
        FilterProgram filter = new() { Length = 4, Instructions = program };
        return Errno.OrResult(setsockopt(fd, SocketConstants.SOL_SOCKET, SO_ATTACH_FILTER, (int*)&filter, (uint)sizeof(FilterProgram)));
    }

    public int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                int result = Errno.OrResult(recv(fd, start, (nuint)buffer.Length, 0));
                if (result != -Errno.EINTR)
                {
                    return result;
                }
            }
        }
    }

    public int Discard(int fd)
    {
        while (true)
        {
            int result = Errno.OrResult(recv(fd, null, int.MaxValue, MSG_TRUNC));
            if (result != -Errno.EINTR)
            {
                return result;
            }
        }
    }

    public int CountUndelivered(int fd)
    {
        int count = 0;
        int result = Errno.OrResult(ioctl(fd, SIOCOUTQ, &count));
        return result < 0 ? result : count;
    }

    public int Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            while (true)
            {
                int result = Errno.OrResult(send(fd, start, (nuint)data.Length, MSG_NOSIGNAL));
                if (result != -Errno.EINTR)
                {
                    return result;
                }
            }
        }
    }

    public int SendVector(int fd, ReadOnlySpan<IoVector> pieces)
    {
        fixed (IoVector* first = pieces)
        {
            MessageHeader header = new() { Pieces = first, PieceCount = (nuint)pieces.Length };
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

    public int Shutdown(int fd, ShutdownSide side) => Errno.OrResult(shutdown(fd, (int)side));

    [LibraryImport("libc")]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc")]
    private static partial int bind(int fd, byte* address, uint length);

    [LibraryImport("libc")]
    private static partial int listen(int fd, int backlog);

    [LibraryImport("libc")]
    private static partial int accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc")]
    private static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc")]
    private static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport("libc")]
    private static partial int getpeername(int fd, byte* address, uint* length);

    [LibraryImport("libc")]
    private static partial int getsockopt(int fd, int level, int option, int* value, uint* length);

    [LibraryImport("libc")]
    private static partial int setsockopt(int fd, int level, int option, int* value, uint length);

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, int* argument);

    [LibraryImport("libc")]
    private static partial nint recv(int fd, byte* buffer, nuint count, int flags);

    [LibraryImport("libc")]
    private static partial nint send(int fd, byte* buffer, nuint count, int flags);

    [LibraryImport("libc")]
    private static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc")]
    private static partial int shutdown(int fd, int how);

    /// <summary><c>struct sock_filter</c>: one instruction of the classic packet filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterInstruction
    {
        public ushort Code;
        public byte JumpTrue;
        public byte JumpFalse;
        public uint K;
    }

    /// <summary><c>struct sock_fprog</c> of a 64-bit Linux: 16 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public FilterInstruction* Instructions;
    }
}
