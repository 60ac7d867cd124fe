using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Streams;

/// <summary>One attempt to connect: owns the socket until it is connected or given up.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal abstract class ConnectAttempt : IWriteDescriptor, IDisownable
{
    private readonly StreamConnector _connector;
    private int _fd = -1;
    private EndPoint? _peer;

    protected ConnectAttempt(IDescriptorHost host, StreamConnector connector)
    {
        Host = host;
        _connector = connector;
        host.AddUnwatched(this); // Told of a shutdown even while it waits for its turn or for a name.
    }

    public string LogPrefix => _connector.LogPrefix;

    protected IDescriptorHost Host { get; }

    protected bool IsOver { get; private set; }

    public int Fileno() => _fd;

    /// <summary>Starts; called in the turn after the one in which the attempt was made. Nothing happens once it is over.</summary>
    public abstract void Begin();

    /// <summary>Starts, unless the reactor has shut down: then nothing serves it, and it is told of its end when the reactor is disposed of (CORE-43).</summary>
    public void BeginUnlessShutDown()
    {
        if (!Host.IsShutDown)
        {
            Begin();
        }
    }

    /// <summary>The kernel has decided, or says that it has not yet.</summary>
    public Exception? DoWrite()
    {
        int result = Host.Kernel.Sockets.GetOption(_fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR, out int error);
        error = result < 0 ? -result : error;
        switch (error)
        {
            case 0 or Errno.EISCONN:
                Succeed();
                break;
            case Errno.EINPROGRESS or Errno.EALREADY:
                break;
            default:
                Fail(ConnectErrors.FromErrno(error));
                break;
        }

        return null;
    }

    /// <summary>The reactor ends the attempt: at the shutdown, or because the descriptor has gone.</summary>
    // The factory has never had a connection that could be lost (TCP-41).
    public void ConnectionLost(Exception reason) => Fail(reason as ConnectException ?? new ConnectException(reason.Message, 0, reason));

    public void Disown() => _fd = -1;

    /// <summary>Ends the attempt without a word to the connector.</summary>
    public void Abandon()
    {
        int fd = End();
        if (fd >= 0)
        {
            _ = Host.Kernel.Files.Close(fd);
        }
    }

    /// <summary>Connects a fresh socket, which is the attempt's from now on.</summary>
    protected void Connect(int fd, EndPoint peer, ReadOnlySpan<byte> rawPeer)
    {
        _fd = fd;
        _peer = peer;
        int result = Host.Kernel.Sockets.Connect(fd, rawPeer);
        switch (result)
        {
            case 0 or -Errno.EISCONN:
                Succeed();
                break;
            case -Errno.EINPROGRESS or -Errno.EALREADY or -Errno.EINTR:
                Wait();
                break;
            case < 0 when TriesAgain(-result):
                break;
            default:
                Fail(ConnectErrors.FromErrno(-result));
                break;
        }
    }

    protected void Fail(Exception reason)
    {
        if (!IsOver)
        {
            Abandon();
            _connector.ConnectionFailed(reason);
        }
    }

    /// <summary>The attempt ends, one way or the other.</summary>
    protected virtual void Ending()
    {
    }

    /// <summary>Whether the attempt goes on though connect(2) has failed: it calls <see cref="Connect"/> again later.</summary>
    protected virtual bool TriesAgain(int errno) => false;

    private void Wait()
    {
        try
        {
            Host.AddWriter(this);
        }
        catch (SpindleException refused)
        {
            Fail(new ConnectException(refused.Message, refused.Errno, refused));
        }
    }

    private void Succeed()
    {
        _connector.Succeeded(End(), _peer!);
    }

    private int End()
    {
        IsOver = true;
        Ending();
        Host.RemoveUnwatched(this);
        int fd = _fd;
        if (fd >= 0)
        {
            Host.RemoveWriter(this);
            _fd = -1;
        }

        return fd;
    }
}
