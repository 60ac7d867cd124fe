using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Streams;

namespace Spindle.Unix;

/// <summary>One attempt to connect to a UNIX socket.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class UnixConnectAttempt(IDescriptorHost host, UnixConnector connector, UnixAddress path, bool checkPid) : ConnectAttempt(host, connector)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private TimeSpan _pause = FirstPause;
    private DelayedCall? _next;

    public override void Begin()
    {
        if (IsOver || (checkPid && !IsServed()))
        {
            return;
        }

        int fd = Host.Kernel.Sockets.Create(SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0);
        if (fd < 0)
        {
            Fail(new ConnectBindException($"socket: {Errno.Describe(-fd)} (errno {-fd})", -fd));
            return;
        }

        Connect(fd);
    }

    protected override void Ending()
    {
        if (_next is { IsActive: true })
        {
            _next.Cancel();
        }
    }

    // A full backlog is no reason to fail before the time is up, and no event tells that there is room again.
    protected override bool TriesAgain(int errno)
    {
        if (errno != Errno.EAGAIN)
        {
            return false;
        }

        _next = Host.CallLater(_pause, () => Connect(Fileno()));
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        return true;
    }

    private void Connect(int fd)
    {
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        Connect(fd, path, UnixNames.Write(path, raw));
    }

    private bool IsServed()
    {
        if (path.IsAbstract)
        {
            return true; // Such a name ends with its owner: there is no lock, and nothing stale.
        }

        LockFile file = LockFile.Of(Host.Kernel, path);
        try
        {
            if (LockFile.IsTaken(file))
            {
                return true;
            }

            Fail(new BadFileException($"no living process holds the lock {file}"));
        }
        catch (SpindleException failure)
        {
            Fail(new BadFileException(failure.Message, failure.Errno));
        }

        return false;
    }
}
