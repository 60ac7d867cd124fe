using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Processes;

/// <summary>The making of one child: its descriptors, the child, and what watches it. All comes about, or nothing is left.</summary>
/// <remarks>Thread: the reactor's, but for <see cref="Spawn"/>.</remarks>
internal sealed class ProcessLaunch
{
    private readonly IDescriptorHost _host;
    private readonly IProcessProtocol? _protocol;
    private readonly SpawnPlan _plan;
    private readonly List<ParentPipe> _pipes = [];
    private readonly List<int> _childEnds = [];
    private readonly Dictionary<int, int> _map = [];
    private readonly Lock _lock = new();
    private byte[]? _terminal;
    private int _master = -1;
    private int _pid;
    private SpawnException? _failure;
    private bool _isSpawned;
    private bool _isGivenUp;

    private ProcessLaunch(IDescriptorHost host, IProcessProtocol? protocol, SpawnPlan plan)
    {
        _host = host;
        _protocol = protocol;
        _plan = plan;
    }

    private IKernel Kernel => _host.Kernel;

    /// <summary>Makes the pipes or the terminal.</summary>
    /// <exception cref="SystemCallException">There are no more descriptors; what was made is closed.</exception>
    public static ProcessLaunch Prepare(IDescriptorHost host, IProcessProtocol? protocol, SpawnPlan plan)
    {
        ProcessLaunch launch = new(host, protocol, plan);
        try
        {
            if (plan.UsesPty)
            {
                launch.PrepareTerminal();
            }
            else
            {
                launch.PreparePipes();
            }

            return launch;
        }
        catch
        {
            launch.CloseAll();
            throw;
        }
    }

    /// <summary>Makes the child. Thread: any.</summary>
    /// <param name="holdsLoop">Whether this is the reactor's.</param>
    public void Spawn(bool holdsLoop)
    {
        ProgramSearch search = new(Kernel, _plan);
        int result = search.Spawn(_plan.ToRequest(_map, _terminal) with { HoldsLoop = holdsLoop }, out int pid);
        SpawnException? failure = result < 0 ? search.Explain(-result) : null;
        bool isGivenUp;
        lock (_lock)
        {
            _pid = pid;
            _failure = failure;
            _isSpawned = true;
            isGivenUp = _isGivenUp;
        }

        if (isGivenUp)
        {
            KillAndClose();
        }
    }

    /// <summary>Watches the child and connects its protocol.</summary>
    /// <exception cref="SpawnException">There is no child.</exception>
    /// <exception cref="SystemCallException">The child cannot be watched. It was killed.</exception>
    public ChildProcess Finish()
    {
        if (_failure is not null)
        {
            CloseAll();
            throw _failure;
        }

        // First of all, for what is freed here is needed next: a pidfd that cannot be had costs the child its life. One that
        // cannot be had because the child is gone is another matter: as process 1 the runtime waits for all children, and may
        // have been faster than we. That child has lived, and its end is told, without a status.
        CloseChildEnds();
        int pidFd = Kernel.Processes.OpenPidFd(_pid);
        if (pidFd is < 0 and not -Errno.ESRCH)
        {
            KillAndClose();
            throw new SystemCallException("pidfd_open", -pidFd);
        }

        ChildProcess process = _plan.UsesPty
            ? new PtyProcess(_host, _protocol!, _pid, pidFd, _master)
            : new PipeProcess(_host, _protocol, _pid, pidFd, _plan.LeadsGroup, _pipes);
        try
        {
            process.Start();
        }
        catch
        {
            process.Cancel();
            if (pidFd >= 0)
            {
                _ = Kernel.Files.Close(pidFd);
            }

            KillAndClose();
            throw;
        }

        process.Connect();
        return process;
    }

    /// <summary>No child will be made: closes what was made for it.</summary>
    public void Cancel() => CloseAll();

    /// <summary>The reactor has ended: a child that is being made must not stay.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            _isGivenUp = true;
            if (!_isSpawned)
            {
                return; // Whoever makes it will see to it.
            }
        }

        KillAndClose();
    }

    private void PreparePipes()
    {
        foreach ((int child, ChildDescriptor target) in _plan.Descriptors)
        {
            if (target.Kind == ChildDescriptorKind.Inherit)
            {
                _map[child] = target.Fd;
                continue;
            }

            ThrowIfFailed("pipe2", Kernel.Files.CreatePipe(out int readEnd, out int writeEnd));
            bool isReading = target.Kind == ChildDescriptorKind.Read;
            int childEnd = isReading ? writeEnd : readEnd;
            _pipes.Add(new ParentPipe(child, isReading ? readEnd : writeEnd, isReading));
            _childEnds.Add(childEnd);
            _map[child] = childEnd;

            // Programs do not expect a standard output that gives EAGAIN.
            ThrowIfFailed("fcntl", Kernel.Files.SetNonBlocking(childEnd, isNonBlocking: false));
        }
    }

    private void PrepareTerminal()
    {
        if (_plan.Options.Pty is { } given)
        {
            string slave = given.SlaveName ?? $"/proc/self/fd/{given.Slave}";
            _terminal = ProcessText.Encode(slave, "the name of the terminal's slave side", "options");
            _master = given.Master;
            ThrowIfFailed("fcntl", Kernel.Files.SetNonBlocking(_master, isNonBlocking: true));
        }
        else
        {
            _master = Kernel.Terminals.Open(out _terminal);
            ThrowIfFailed("posix_openpt", _master);
        }

        if (_plan.Options.TerminalSize is { } size)
        {
            ThrowIfFailed("ioctl", Kernel.Terminals.SetSize(_master, size.Columns, size.Rows));
        }
    }

    private void KillAndClose()
    {
        if (_pid > 0)
        {
            Kernel.Processes.KillAndWait(_pid);
        }

        CloseAll();
    }

    private void CloseChildEnds()
    {
        foreach (int fd in _childEnds)
        {
            _ = Kernel.Files.Close(fd);
        }

        _childEnds.Clear();
    }

    // What the caller gave stays open (PROC-16).
    private void CloseAll()
    {
        CloseChildEnds();
        foreach (ParentPipe pipe in _pipes)
        {
            _ = Kernel.Files.Close(pipe.Fd);
        }

        if (_plan.Options.Pty is null && _master >= 0)
        {
            _ = Kernel.Files.Close(_master);
        }
    }

    private static void ThrowIfFailed(string call, int result)
    {
        if (result < 0)
        {
            throw new SystemCallException(call, -result);
        }
    }
}
