using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spindle.Loops;

namespace Spindle.Processes;

/// <summary>Keeps programs running: starts them again when they end, ever later if they keep ending soon.</summary>
/// <remarks>
/// <para>
/// A process that ends after less than <see cref="Threshold"/> is started again after a delay that begins with
/// <see cref="MinRestartDelay"/> and doubles up to <see cref="MaxRestartDelay"/>; one that has lived longer is started again
/// at once, and its delay begins anew. One that cannot be started counts as having ended at once. What the processes write
/// is logged line by line.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>runner/procmon.py</c>, <c>ProcessMonitor</c>. There a process that is stopped by its name comes back
/// by itself; here <see cref="StopProcess"/> keeps it down and <see cref="RestartProcess"/> brings it back.
/// </para>
/// </remarks>
public sealed class ProcessSupervisor
{
    private readonly Dictionary<string, SupervisedProcess> _processes = new(StringComparer.Ordinal);
    private readonly HashSet<SupervisedProcess> _alive = []; // Those that were removed and have not ended, too.
    private readonly HashSet<SupervisedProcess> _awaited = []; // Of those alive, the ones that StopAsync waits for.
    private TaskCompletionSource? _stopped;

    /// <summary>Makes one that does not run yet.</summary>
    /// <param name="processes">The reactor.</param>
    /// <param name="time">The reactor's time.</param>
    /// <param name="logger">Where the processes' output and their ends go; null: nowhere.</param>
    public ProcessSupervisor(IReactorProcess processes, IReactorTime time, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(processes);
        ArgumentNullException.ThrowIfNull(time);
        Processes = processes;
        Time = time;
        Logger = logger ?? NullLogger.Instance;
    }

    /// <summary>How long a process must have run to be started again at once. Default 1 s.</summary>
    public TimeSpan Threshold { get; set => field = NotNegative(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How long a process may take to end after SIGTERM before it gets SIGKILL. Default 5 s.</summary>
    public TimeSpan KillTime { get; set => field = NotNegative(value); } = TimeSpan.FromSeconds(5);

    /// <summary>The first delay before a process that ended soon is started again. Default 1 s.</summary>
    public TimeSpan MinRestartDelay { get; set => field = NotNegative(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such delay. Default one hour.</summary>
    public TimeSpan MaxRestartDelay { get; set => field = NotNegative(value); } = TimeSpan.FromHours(1);

    /// <summary>Whether processes are started, and started again.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>The names of all processes, as a new list.</summary>
    public IReadOnlyList<string> Names => [.. _processes.Keys];

    internal IReactorProcess Processes { get; }

    internal IReactorTime Time { get; }

    internal ILogger Logger { get; }

    /// <summary>Adds a process; starts it if the supervisor runs.</summary>
    /// <param name="name">What it is called here.</param>
    /// <param name="args">The program and its arguments.</param>
    /// <param name="env">Its environment. Default: empty; null: this process's.</param>
    /// <param name="path">Its working directory. Default: this process's.</param>
    /// <param name="uid">The user to become. Default: the effective one.</param>
    /// <param name="gid">The group to become. Default: the effective one.</param>
    /// <exception cref="ArgumentException">There is one of this name, or <paramref name="args"/> is empty.</exception>
    public void AddProcess(string name, IReadOnlyList<string> args, ProcessEnvironment env = default, string? path = null, uint? uid = null, uint? gid = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(args);
        if (args.Count == 0)
        {
            throw new ArgumentException("It must begin with the program.", nameof(args));
        }

        SupervisedProcess process = new(this, name, [.. args], env, path, uid, gid);
        if (!_processes.TryAdd(name, process))
        {
            throw new ArgumentException($"There is a process \"{name}\" already; remove it first.", nameof(name));
        }

        if (IsRunning)
        {
            process.Start();
        }
    }

    /// <summary>Stops a process and forgets it.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public void RemoveProcess(string name)
    {
        Find(name).Stop();
        _processes.Remove(name);
    }

    /// <summary>Starts a process that does not run.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public void StartProcess(string name) => Find(name).Start();

    /// <summary>Stops a process: SIGTERM, and SIGKILL after <see cref="KillTime"/>. It stays down until it is started by its name or the supervisor is started.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public void StopProcess(string name) => Find(name).Stop();

    /// <summary>Stops a process and starts it again as soon as it has ended; one that does not run is started.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public void RestartProcess(string name) => Find(name).Restart();

    /// <summary>Restarts every process.</summary>
    public void RestartAll()
    {
        foreach (SupervisedProcess process in _processes.Values.ToArray())
        {
            process.Restart();
        }
    }

    /// <summary>The number of a process; null while it does not run.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public int? PidOf(string name) => Find(name).Pid;

    /// <summary>Starts every process. It runs already: nothing happens.</summary>
    public void Start()
    {
        if (IsRunning)
        {
            return;
        }

        IsRunning = true;
        foreach (SupervisedProcess process in _processes.Values.ToArray())
        {
            process.Start();
        }
    }

    /// <summary>Stops every process.</summary>
    /// <returns>Done when all that ran have ended, those that were removed before as well. To start again meanwhile does not hold it up.</returns>
    public Task StopAsync()
    {
        IsRunning = false;
        _stopped ??= new TaskCompletionSource();
        Task done = _stopped.Task;
        _awaited.UnionWith(_alive);
        foreach (SupervisedProcess process in _processes.Values.ToArray())
        {
            process.Stop();
        }

        CompleteIfStopped();
        return done;
    }

    internal void Began(SupervisedProcess process) => _alive.Add(process);

    internal void Ended(SupervisedProcess process)
    {
        _alive.Remove(process);
        _awaited.Remove(process);
        CompleteIfStopped();
    }

    private void CompleteIfStopped()
    {
        if (_stopped is { } stopped && _awaited.Count == 0)
        {
            _stopped = null;
            LoopTasks.Complete(stopped, failure: null);
        }
    }

    private SupervisedProcess Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _processes.GetValueOrDefault(name) ?? throw new KeyNotFoundException($"There is no process \"{name}\"; there is {string.Join(", ", _processes.Keys)}.");
    }

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
