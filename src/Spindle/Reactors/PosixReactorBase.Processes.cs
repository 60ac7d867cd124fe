using Spindle.Descriptors;
using Spindle.Loops;
using Spindle.Processes;

namespace Spindle.Reactors;

/// <content>Child processes.</content>
public abstract partial class PosixReactorBase : IReactorProcess
{
    private readonly Dictionary<ProcessLaunch, (string Executable, TaskCompletionSource<IProcessTransport> Result)> _launches = [];
    private readonly List<(int Pid, int PidFd)> _abandoned = [];
    private SpawnThreads? _spawnThreads;

    /// <inheritdoc/>
    public IProcessTransport SpawnProcess(
        IProcessProtocol? protocol,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        uint? uid = null,
        uint? gid = null,
        bool usePty = false,
        IReadOnlyDictionary<int, ChildDescriptor>? childFDs = null,
        ProcessOptions? options = null)
    {
        EnsureAccess();
        ObjectDisposedException.ThrowIf(Loop.IsClosed, Loop);
        SpawnPlan plan = SpawnPlan.Check(protocol, executable, args, env, path, uid, gid, usePty, childFDs, options);
        ProcessLaunch launch = ProcessLaunch.Prepare(this, protocol, plan);
        launch.Spawn(holdsLoop: true);
        return launch.Finish();
    }

    /// <inheritdoc/>
    public Task<IProcessTransport> SpawnProcessAsync(
        IProcessProtocol? protocol,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        uint? uid = null,
        uint? gid = null,
        bool usePty = false,
        IReadOnlyDictionary<int, ChildDescriptor>? childFDs = null,
        ProcessOptions? options = null)
    {
        EnsureAccess();
        try
        {
            ObjectDisposedException.ThrowIf(Loop.IsClosed, Loop);
            SpawnPlan plan = SpawnPlan.Check(protocol, executable, args, env, path, uid, gid, usePty, childFDs, options);
            return SpawnElsewhere(executable, ProcessLaunch.Prepare(this, protocol, plan));
        }
        catch (Exception failure)
        {
            return Task.FromException<IProcessTransport>(failure);
        }
    }

    void IDescriptorHost.AbandonChild(int pid, int pidFd) => _abandoned.Add((pid, pidFd));

    /// <summary>The reactor has ended: nobody hears of its children any more, but none may stay a zombie.</summary>
    private protected void ReleaseChildren()
    {
        KeyValuePair<ProcessLaunch, (string Executable, TaskCompletionSource<IProcessTransport> Result)>[] launches = [.. _launches];
        _launches.Clear();
        foreach ((ProcessLaunch launch, (string executable, TaskCompletionSource<IProcessTransport> result)) in launches)
        {
            launch.GiveUp();
            LoopTasks.Fail(result, new SpawnException(executable, "the reactor was stopped"));
        }

        _spawnThreads?.Stop();
        _spawnThreads = null;
        if (_abandoned.Count > 0)
        {
            (int, int)[] children = [.. _abandoned];
            _abandoned.Clear();
            Loop.Kernel.WorkerThreads.Start("spindle-children", () => Loop.Kernel.Processes.WaitForAll(children));
        }
    }

    private Task<IProcessTransport> SpawnElsewhere(string executable, ProcessLaunch launch)
    {
        TaskCompletionSource<IProcessTransport> result = new();
        ExecutorWork<bool> work = new(() =>
        {
            launch.Spawn(holdsLoop: false);
            try
            {
                Loop.CallSoonThreadSafe(() => Finish(launch));
            }
            catch (ObjectDisposedException)
            {
                // The reactor has ended meanwhile, and has given the launch up.
            }

            return true;
        });
        _launches.Add(launch, (executable, result));
        try
        {
            (_spawnThreads ??= new SpawnThreads(Loop.Kernel.WorkerThreads)).Add(work);
        }
        catch
        {
            _launches.Remove(launch);
            launch.Cancel();
            throw;
        }

        return result.Task;
    }

    private void Finish(ProcessLaunch launch)
    {
        if (!_launches.Remove(launch, out (string Executable, TaskCompletionSource<IProcessTransport> Result) waiting))
        {
            return; // The reactor was stopped, which was said.
        }

        try
        {
            LoopTasks.Complete(waiting.Result, launch.Finish());
        }
        catch (Exception failure)
        {
            LoopTasks.Fail(waiting.Result, failure);
        }
    }
}
