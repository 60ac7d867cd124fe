using System.Buffers;
using System.Globalization;
using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Processes;

/// <summary>A child process: its life, its end, and signals. Its descriptors are what derives from it.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/process.py</c>, <c>_BaseProcess</c>.</para>
/// </remarks>
internal abstract class ChildProcess : IProcessTransport, ILoggingContext
{
    private const int LastSignal = 64;

    private readonly ProcessWatch _watch;
    private readonly IProcessProtocol? _protocol;
    private readonly int _number; // The child's, while nobody has waited for it.
    private readonly bool _leadsGroup;
    private WaitStatus? _status;
    private Exception? _reason; // Set once it has exited, or is let go.
    private bool _isEnded;

    protected ChildProcess(IDescriptorHost host, IProcessProtocol? protocol, int pid, int pidFd, bool leadsGroup)
    {
        Host = host;
        _protocol = protocol;
        _number = pid;
        _leadsGroup = leadsGroup;
        _watch = new ProcessWatch(this, pidFd);
        Pid = pid;
    }

    public int? Pid { get; private set; }

    public string LogPrefix => string.Create(CultureInfo.InvariantCulture, $"{(_protocol is null ? "-" : LogNames.Of(_protocol))},{_number}");

    /// <summary>Where there are pipes there is a protocol (PROC-17).</summary>
    internal IProcessProtocol Protocol => _protocol!;

    protected IDescriptorHost Host { get; }

    private IProcesses Processes => Host.Kernel.Processes;

    /// <summary>Whether nothing of its pipes is open any more.</summary>
    protected abstract bool IsClosed { get; }

    /// <summary>Begins to watch the process and its descriptors.</summary>
    /// <exception cref="SystemCallException">The kernel refuses; <see cref="Cancel"/> then undoes what is done.</exception>
    public virtual void Start()
    {
        if (_watch.Fd >= 0)
        {
            Host.AddReader(_watch);
        }
        else
        {
            Host.AddUnwatched(_watch);
        }
    }

    /// <summary>Stops watching. The descriptors are the caller's again.</summary>
    public virtual void Cancel()
    {
        Host.RemoveReader(_watch);
        Host.RemoveUnwatched(_watch);
    }

    public void Connect()
    {
        if (_watch.Fd < 0)
        {
            // Somebody else has waited for it already; its end is told as any other, in a later turn.
            Host.CallSoon(this, static state => ((ChildProcess)state!).Reap(), this);
        }

        if (_protocol is not null)
        {
            Host.Guard(this, static state => ((ChildProcess)state!).Protocol.MakeConnection((ChildProcess)state), this);
        }
    }

    public abstract void Write(ReadOnlySpan<byte> data);

    public abstract void Write(in ReadOnlySequence<byte> data);

    public abstract void WriteToChild(int childFD, ReadOnlySpan<byte> data);

    public abstract void RegisterProducer(IPullProducer producer, bool streaming);

    public abstract void UnregisterProducer();

    public abstract void PauseProducing();

    public abstract void ResumeProducing();

    public abstract void CloseStdin();

    public abstract void CloseStdout();

    public abstract void CloseStderr();

    public abstract void CloseChildFD(int childFD);

    public abstract void LoseConnection();

    public abstract void ResizeTerminal(TerminalSize size);

    public void StopProducing() => LoseConnection();

    public void SignalProcess(string name) => SignalProcess(NumberOf(name));

    public void SignalProcess(int signal)
    {
        EnsureCanSignal(signal);
        ThrowIfFailed("pidfd_send_signal", Processes.Signal(_watch.Fd, signal));
    }

    public void SignalProcessGroup(int signal)
    {
        EnsureCanSignal(signal);
        if (!_leadsGroup)
        {
            throw new InvalidOperationException("The process leads no group of its own; make it with ProcessOptions.ProcessGroup = 0, with NewSession or on a terminal.");
        }

        ThrowIfFailed("kill", Processes.SignalGroup(_number, signal));
    }

    public override string ToString()
    {
        string status = _status is { } known ? known.Raw.ToString(CultureInfo.InvariantCulture) : _reason is null ? "running" : "unknown";
        return string.Create(CultureInfo.InvariantCulture, $"{GetType().Name} pid={Pid?.ToString(CultureInfo.InvariantCulture) ?? "none"} status={status}");
    }

    /// <summary>The pidfd says that the process has ended, or there is none.</summary>
    internal void Reap()
    {
        if (_reason is not null)
        {
            return;
        }

        int result = Processes.Wait(_number, _watch.Fd, out WaitStatus status);
        if (result is < 0 and not (-Errno.EINTR or -Errno.ECHILD))
        {
            // The number does as well, for nobody has waited for it.
            Host.LogError(this, "The process cannot be waited for by its descriptor", new SystemCallException("waitid", -result));
            StopWatching();
            result = Processes.Wait(_number, -1, out status);
        }

        if (result is not (0 or -Errno.EINTR))
        {
            Exited(result > 0 ? status : null);
        }
        else if (_watch.Fd < 0)
        {
            WatchAgain();
        }
    }

    /// <summary>The pidfd is not watched any more: the reactor ends, or somebody has closed it.</summary>
    internal void WatchLost(Exception reason)
    {
        if (_reason is not null)
        {
            return;
        }

        if (reason is DescriptorWentAwayException)
        {
            WatchAgain();
            return;
        }

        int result = Processes.Wait(_number, _watch.Fd, out WaitStatus status);
        if (result is > 0 or -Errno.ECHILD)
        {
            Exited(result > 0 ? status : null);
            return;
        }

        Host.AbandonChild(_number, _watch.Fd);
        _watch.Fd = -1;
        Pid = null;
        _reason = new ConnectionLostException($"process {_number} runs on, and nobody watches it any more");
        EndIfOver();
    }

    /// <summary>A pipe was closed, or the process has exited.</summary>
    internal void EndIfOver()
    {
        if (_reason is null || !IsClosed || _isEnded)
        {
            return;
        }

        _isEnded = true;
        if (_protocol is not null)
        {
            Host.Guard(this, static state => ((ChildProcess)state!).Protocol.ProcessEnded(((ChildProcess)state)._reason!), this);
        }
    }

    private void Exited(WaitStatus? status)
    {
        StopWatching();
        Pid = null;
        _status = status;
        _reason = status is { ExitCode: 0 } ? new ProcessDoneException() : new ProcessTerminatedException(status?.ExitCode, status?.Signal, status?.Raw);
        if (_protocol is not null)
        {
            Host.Guard(this, static state => ((ChildProcess)state!).Protocol.ProcessExited(((ChildProcess)state)._reason!), this);
        }

        EndIfOver();
    }

    private void StopWatching()
    {
        Host.RemoveReader(_watch);
        Host.RemoveUnwatched(_watch);
        int fd = _watch.Fd;
        _watch.Fd = -1;
        if (fd >= 0)
        {
            _ = Host.Kernel.Files.Close(fd);
        }
    }

    // As long as nobody has waited for the child, its number is its own. One that cannot be watched is killed: its end would
    // never be heard of (decision 0009).
    private void WatchAgain()
    {
        StopWatching();
        int fd = Processes.OpenPidFd(_number);
        try
        {
            _watch.Fd = fd >= 0 ? fd : throw new SystemCallException("pidfd_open", -fd);
            Host.AddReader(_watch);
        }
        catch (SystemCallException failure)
        {
            Host.LogError(this, "The process cannot be watched any more", failure);
            Processes.KillAndWait(_number);
            Exited(null);
        }
    }

    private void EnsureCanSignal(int signal)
    {
        Host.EnsureAccess();
        ArgumentOutOfRangeException.ThrowIfNegative(signal);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signal, LastSignal);
        if (_reason is not null)
        {
            throw new ProcessExitedAlreadyException();
        }
    }

    private static void ThrowIfFailed(string call, int result)
    {
        if (result < 0)
        {
            throw result == -Errno.ESRCH ? new ProcessExitedAlreadyException() : new SystemCallException(call, -result);
        }
    }

    private static int NumberOf(string name) => name switch
    {
        "HUP" => 1,
        "INT" => 2,
        "KILL" => 9,
        "TERM" => 15,
        "STOP" => 19,
        _ => throw new ArgumentException($"\"{name}\" is not the name of a signal here; there are HUP, STOP, INT, KILL and TERM, and numbers for all.", nameof(name)),
    };
}
