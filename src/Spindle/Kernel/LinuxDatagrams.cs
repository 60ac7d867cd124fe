using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IDatagrams"/>
internal sealed unsafe partial class LinuxDatagrams : IDatagrams
{
    private const int MSG_NOSIGNAL = 0x4000;
    private const int IP_ADD_MEMBERSHIP = 35;
    private const int IP_DROP_MEMBERSHIP = 36;
    private const int IPV6_ADD_MEMBERSHIP = 20;
    private const int IPV6_DROP_MEMBERSHIP = 21;

    public int Receive(int fd, DatagramBlock block, int count)
    {
        block.MakeRoom();
        while (true)
        {
            int result = Errno.OrResult(recvmmsg(fd, block.Messages, (uint)count, 0, null));
            block.Received(result);
            if (result != -Errno.EINTR)
            {
                return result;
            }
        }
    }

    public int Send(int fd, DatagramBlock block, int first, int count)
    {
        if (count == 1 && block.DatagramsIn(first) == 1)
        {
            // A twentieth cheaper: there is less for the kernel to copy and check.
            int sent = SendOne(fd, block.DataToSend(first, 0), block.Address(first));
            return sent < 0 ? sent : 1;
        }

        while (true)
        {
            int result = Errno.OrResult(sendmmsg(fd, block.Messages + first, (uint)count, MSG_NOSIGNAL));
            if (result != -Errno.EINTR)
            {
                return result;
            }
        }
    }

    public int SendOne(int fd, ReadOnlySpan<byte> data, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = data, name = address)
        {
            while (true)
            {
                int result = Errno.OrResult(sendto(fd, start, (nuint)data.Length, MSG_NOSIGNAL, name, (uint)address.Length));
                if (result != -Errno.EINTR)
                {
                    return result;
                }
            }
        }
    }

    public int ChangeMembership(int fd, bool join, IPAddress group, IPAddress networkInterface)
    {
        byte* request = stackalloc byte[20];
        Span<byte> fields = new(request, 20);
        if (group.AddressFamily == AddressFamily.InterNetwork)
        {
            // struct ip_mreq: the group, an address of the interface.
            group.TryWriteBytes(fields, out _);
            networkInterface.TryWriteBytes(fields[4..], out _);
            return Errno.OrResult(setsockopt(fd, SocketConstants.IPPROTO_IP, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, request, 8));
        }

        // struct ipv6_mreq: the group, the interface's number.
        group.TryWriteBytes(fields, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[16..], (uint)networkInterface.ScopeId);
        return Errno.OrResult(setsockopt(fd, SocketConstants.IPPROTO_IPV6, join ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, request, 20));
    }

    [LibraryImport("libc")]
    private static partial int recvmmsg(int fd, MultiMessage* messages, uint count, int flags, Timespec* timeout);

    [LibraryImport("libc")]
    private static partial int sendmmsg(int fd, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc")]
    private static partial nint sendto(int fd, byte* data, nuint count, int flags, byte* address, uint addressLength);

    [LibraryImport("libc")]
    private static partial int setsockopt(int fd, int level, int option, byte* value, uint length);
}
