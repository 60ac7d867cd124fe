namespace Spindle.Testing;

/// <content>Child processes.</content>
public sealed partial class MemoryReactor : IReactorProcess
{
    private const int FirstMadeUpPid = 1_000;

    private static readonly int[] DefaultPipes = [0, 1, 2];

    private readonly List<MemoryProcess> _processes = [];

    /// <summary>The calls of <see cref="SpawnProcess"/>, in order.</summary>
    public IReadOnlyList<MemoryProcess> Processes => _processes;

    /// <summary>What the next calls of <see cref="SpawnProcess"/> throw; null: nothing. Default null.</summary>
    public Exception? SpawnFailure { get; set; }

    /// <summary>Notes the call and connects the protocol. Nothing is run.</summary>
    /// <inheritdoc cref="IReactorProcess.SpawnProcess"/>
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
        if (SpawnFailure is not null)
        {
            throw SpawnFailure;
        }

        MemoryProcess process = new(FirstMadeUpPid + _processes.Count, Clock)
        {
            Protocol = protocol,
            Executable = executable,
            Args = args ?? [],
            Env = env,
            Path = path,
            Uid = uid,
            Gid = gid,
            UsePty = usePty,
            ChildFDs = childFDs,
            Options = options,
        };
        _processes.Add(process);
        IEnumerable<int> pipes = childFDs?.Where(each => each.Value == ChildDescriptor.Read || each.Value == ChildDescriptor.Write).Select(each => each.Key) ?? DefaultPipes;
        process.Connect(usePty ? [] : pipes);
        return process;
    }

    /// <summary>As <see cref="SpawnProcess"/>, within the call.</summary>
    /// <inheritdoc cref="IReactorProcess.SpawnProcessAsync"/>
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
        try
        {
            return Task.FromResult(SpawnProcess(protocol, executable, args, env, path, uid, gid, usePty, childFDs, options));
        }
        catch (Exception failure)
        {
            return Task.FromException<IProcessTransport>(failure);
        }
    }
}
