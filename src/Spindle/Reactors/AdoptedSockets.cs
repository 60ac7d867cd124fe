using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Spindle.Kernel;
using Spindle.Streams;
using Spindle.Unix;

namespace Spindle.Reactors;

/// <summary>What is looked at before a socket is adopted: a wrong one would fail later, and say less.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal static class AdoptedSockets
{
    /// <summary>Makes a duplicate of a datagram socket and sets both to non-blocking mode.</summary>
    /// <exception cref="UnsupportedAddressFamilyException">The family is no internet family, or not the socket's.</exception>
    /// <exception cref="UnsupportedSocketTypeException">It is not for datagrams.</exception>
    /// <exception cref="SystemCallException">It is no socket, or not open.</exception>
    public static int TakeDatagram(IKernel kernel, SafeHandle socket, AddressFamily family) => family == AddressFamily.Unix
        ? throw new UnsupportedAddressFamilyException(family, "it must be InterNetwork or InterNetworkV6")
        : Take(kernel, socket, family, SocketConstants.SOCK_DGRAM, isListening: false);

    /// <summary>Makes a duplicate of a stream socket and sets both to non-blocking mode.</summary>
    /// <exception cref="UnsupportedAddressFamilyException">The family is another one, or not the socket's.</exception>
    /// <exception cref="UnsupportedSocketTypeException">It is no stream, or does not listen though it should.</exception>
    /// <exception cref="SystemCallException">It is no socket, or not open.</exception>
    public static int TakeStream(IKernel kernel, SafeHandle socket, AddressFamily family, bool isListening) =>
        Take(kernel, socket, family, SocketConstants.SOCK_STREAM, isListening);

    /// <summary>The other end.</summary>
    /// <exception cref="SystemCallException">ENOTCONN: there is none.</exception>
    public static EndPoint ReadPeer(IKernel kernel, int fd, AddressFamily family)
    {
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int length = kernel.Sockets.GetPeerAddress(fd, raw);
        if (length < 0)
        {
            throw new SystemCallException("getpeername", -length);
        }

        return family == AddressFamily.Unix ? UnixNames.Read(raw[..length]) : InternetAddresses.Read(raw[..length]);
    }

    private static int Take(IKernel kernel, SafeHandle socket, AddressFamily family, int type, bool isListening)
    {
        int number = NumberOf(family);
        int fd = UserHandles.Duplicate(kernel.Files, socket);
        try
        {
            if (GetOption(kernel, fd, SocketConstants.SO_TYPE) != type)
            {
                throw new UnsupportedSocketTypeException(
                    type == SocketConstants.SOCK_STREAM ? "it must be a stream socket (SOCK_STREAM)" : "it must be a socket for datagrams (SOCK_DGRAM)");
            }

            if (GetOption(kernel, fd, SocketConstants.SO_DOMAIN) != number)
            {
                throw new UnsupportedAddressFamilyException(family, "the socket is of another one; give the family that it was made with");
            }

            if (isListening && GetOption(kernel, fd, SocketConstants.SO_ACCEPTCONN) == 0)
            {
                throw new UnsupportedSocketTypeException("it does not listen; bind it and have it listen before it is adopted");
            }

            int result = kernel.Files.SetNonBlocking(fd, isNonBlocking: true); // Else one call would stop the loop.
            return result >= 0 ? fd : throw new SystemCallException("fcntl", -result);
        }
        catch
        {
            _ = kernel.Files.Close(fd);
            throw;
        }
    }

    private static int NumberOf(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => SocketConstants.AF_INET,
        AddressFamily.InterNetworkV6 => SocketConstants.AF_INET6,
        AddressFamily.Unix => SocketConstants.AF_UNIX,
        _ => throw new UnsupportedAddressFamilyException(family, "it must be InterNetwork, InterNetworkV6 or Unix"),
    };

    private static int GetOption(IKernel kernel, int fd, int option)
    {
        int result = kernel.Sockets.GetOption(fd, SocketConstants.SOL_SOCKET, option, out int value);
        return result >= 0 ? value : throw new SystemCallException("getsockopt", -result);
    }
}
