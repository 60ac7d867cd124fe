using Spindle.Kernel;

namespace Spindle.Streams;

/// <summary>What connect(2)'s errors are called (TCP-34).</summary>
internal static class ConnectErrors
{
    public static ConnectException FromErrno(int errno)
    {
        string detail = $"{errno}: {Errno.Describe(errno)}";
        return errno switch
        {
            Errno.ECONNREFUSED => new ConnectRefusedException(detail, errno),
            Errno.ENETUNREACH => new NoRouteException(detail, errno),
            Errno.ETIMEDOUT => new TcpTimedOutException(detail, errno),
            _ => new ConnectException(detail, errno),
        };
    }
}
