using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Streams;

namespace Spindle.Unix;

/// <summary>A listening UNIX socket.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/unix.py</c>, <c>Port</c>.</para>
/// </remarks>
public sealed class UnixPort : StreamPort
{
    private readonly UnixAddress _path;
    private readonly int _backlog;
    private readonly UnixFileMode _mode;
    private readonly LockFile? _lock;
    private FileIdentity? _file; // The socket's file, so that no other is removed.

    internal UnixPort(IDescriptorHost reactor, IFactory factory, ReservedDescriptor reserve, UnixAddress path, int backlog, UnixFileMode mode, bool wantPid)
        : base(reactor, factory, reserve)
    {
        _path = path;
        _backlog = backlog;
        _mode = mode;
        _lock = wantPid && !path.IsAbstract ? LockFile.Of(reactor.Kernel, path) : null;
    }

    /// <summary>A port of a socket that is bound and listens.</summary>
    internal UnixPort(IDescriptorHost reactor, IFactory factory, ReservedDescriptor reserve, int adopted)
        : base(reactor, factory, reserve, adopted) => _path = UnixAddress.Unnamed;

    private protected override EndPoint? PlannedAddress => _path;

    private protected override void TakeName()
    {
        if (_lock is null)
        {
            return;
        }

        bool isTaken;
        try
        {
            isTaken = _lock.TryTake();
        }
        catch (SpindleException failure)
        {
            throw new CannotListenException(_path, failure.Message, failure.Errno);
        }

        if (!isTaken)
        {
            throw new CannotListenException(_path, $"another process serves it: the lock {_lock} is held", errno: 0);
        }

        if (!_lock.IsClean)
        {
            RemoveStaleSocket();
        }
    }

    private protected override int CreateListeningSocket()
    {
        if (_path.FindFault() is { } fault)
        {
            throw new CannotListenException(_path, fault, errno: 0);
        }

        ISockets sockets = Host.Kernel.Sockets;
        int fd = sockets.Create(SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0);
        if (fd < 0)
        {
            throw Failed("socket", fd);
        }

        try
        {
            Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
            Check("bind", sockets.Bind(fd, UnixNames.Write(_path, raw)));
            if (!_path.IsAbstract)
            {
                // Nobody can connect before listen(2), so nobody finds the mode that the umask has left.
                _file = Host.Kernel.Paths.Identify(_path.Name.Span, out FileIdentity file) == 0 ? file : null;
                Check("chmod", Host.Kernel.Paths.SetMode(_path.Name.Span, (int)_mode));
            }

            Check("listen", sockets.Listen(fd, _backlog));
            return fd;
        }
        catch
        {
            _ = Host.Kernel.Files.Close(fd);
            throw;
        }
    }

    private protected override void ReleaseName()
    {
        // Somebody may have removed the file, or put another in its place: that one stays (UNIX-7).
        if (_file is { } file
            && Host.Kernel.Paths.Identify(_path.Name.Span, out FileIdentity present) == 0
            && present.IsSameFileAs(file))
        {
            _ = Host.Kernel.Paths.Remove(_path.Name.Span);
        }

        _file = null;
        if (_lock is { IsHeld: true })
        {
            ReleaseLock(_lock);
        }
    }

    private protected override EndPoint ToEndPoint(ReadOnlySpan<byte> raw) => UnixNames.Read(raw);

    private protected override StreamConnection CreateConnection(IDescriptorHost host, int fd, EndPoint peer, int session) =>
        new UnixConnection(host, fd, peer, session);

    // Those who come are refused from now on, while those who wait can be accepted.
    private protected override void IgnoreNewClients(int fd) => _ = Host.Kernel.Sockets.Shutdown(fd, ShutdownSide.Read);

    private protected override string Kind => "UNIX";

    private protected override string Describe(EndPoint address) => address.ToString()!;

    private protected override string DescribeStart(EndPoint address) => $"'{address}'";

    // The lock's owner is dead, so nobody serves what is there. What is no socket was never the owner's.
    private void RemoveStaleSocket()
    {
        if (Host.Kernel.Paths.Identify(_path.Name.Span, out FileIdentity file) == 0 && file.IsSocket)
        {
            _ = Host.Kernel.Paths.Remove(_path.Name.Span);
        }
    }

    // The end goes on whatever has become of the link.
    private void ReleaseLock(LockFile held)
    {
        try
        {
            held.Release();
        }
        catch (Exception failure) when (failure is SpindleException or InvalidOperationException)
        {
            Host.LogError(this, $"The lock {held} could not be given back", failure);
        }
    }

    private void Check(string call, int result)
    {
        if (result < 0)
        {
            throw Failed(call, result);
        }
    }

    private CannotListenException Failed(string call, int result)
    {
        string hint = result == -Errno.EADDRINUSE && _lock is null && !_path.IsAbstract
            ? "; if no process serves it any more, remove it, or listen with its lock (wantPid)"
            : "";
        return new CannotListenException(_path, $"{call}: {Errno.Describe(-result)} (errno {-result}){hint}", -result);
    }
}
