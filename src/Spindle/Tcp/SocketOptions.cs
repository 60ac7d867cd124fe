using Spindle.Kernel;

namespace Spindle.Tcp;

/// <summary>What setsockopt(2) is told of options that ports and connectors share.</summary>
internal static class SocketOptions
{
    public static IEnumerable<(int Level, int Option, int Value)> Of(TcpOptions options)
    {
        if (options.NoDelay)
        {
            yield return (SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, 1);
        }

        if (options.KeepAlive)
        {
            yield return (SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE, 1);
        }

        if (options.ReceiveBufferSize is { } receive)
        {
            yield return (SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUF, receive);
        }

        if (options.SendBufferSize is { } send)
        {
            yield return (SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF, send);
        }
    }
}
