using Spindle.Kernel;

namespace Spindle.Processes;

/// <summary>Everything about a child to be, checked: what <see cref="IReactorProcess.SpawnProcess"/> was given.</summary>
internal sealed class SpawnPlan
{
    public required string Executable { get; init; }

    public required List<byte[]> Arguments { get; init; }

    public required List<byte[]> Environment { get; init; }

    public required string? Directory { get; init; }

    public required uint? UserId { get; init; }

    public required uint? GroupId { get; init; }

    public required bool UsesPty { get; init; }

    public required IReadOnlyDictionary<int, ChildDescriptor> Descriptors { get; init; }

    public required ProcessOptions Options { get; init; }

    public bool LeadsGroup => UsesPty || Options.NewSession || Options.ProcessGroup == 0;

    /// <summary>Checks and encodes; nothing is made yet (PROC-8).</summary>
    /// <exception cref="ArgumentException">Something cannot be.</exception>
    public static SpawnPlan Check(
        IProcessProtocol? protocol,
        string executable,
        IReadOnlyList<string>? args,
        ProcessEnvironment env,
        string? path,
        uint? uid,
        uint? gid,
        bool usePty,
        IReadOnlyDictionary<int, ChildDescriptor>? childFDs,
        ProcessOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(executable);
        options ??= new ProcessOptions();
        CheckTogether(protocol, usePty, childFDs, options);
        CheckId(uid, nameof(uid));
        CheckId(gid, nameof(gid));
        _ = ProcessText.Encode(executable, "the executable", nameof(executable));
        _ = path is null ? [] : ProcessText.Encode(path, "the path", nameof(path));
        IReadOnlyDictionary<int, ChildDescriptor> descriptors = usePty ? new Dictionary<int, ChildDescriptor>() : childFDs ?? Default();
        CheckDescriptors(protocol, descriptors);
        return new SpawnPlan
        {
            Executable = executable,
            Arguments = ProcessText.EncodeArguments(executable, args, options.ArgumentBytes),
            Environment = ProcessText.EncodeEnvironment(env),
            Directory = path is "" ? null : path,
            UserId = uid,
            GroupId = gid,
            UsesPty = usePty,
            Descriptors = descriptors,
            Options = options,
        };
    }

    /// <summary>The request to the kernel, but for the file.</summary>
    public SpawnRequest ToRequest(IReadOnlyDictionary<int, int> descriptors, byte[]? terminal) => new()
    {
        Path = [],
        Arguments = Arguments,
        Environment = Environment,
        Directory = Directory is null ? null : ProcessText.Encode(Directory, "the path", "path"),
        Descriptors = descriptors,
        Terminal = terminal,
        IsSessionLeader = UsesPty || Options.NewSession,
        ProcessGroup = Options.ProcessGroup,
        UserId = UserId,
        GroupId = GroupId,
    };

    private static Dictionary<int, ChildDescriptor> Default() => new()
    {
        [0] = ChildDescriptor.Write,
        [1] = ChildDescriptor.Read,
        [2] = ChildDescriptor.Read,
    };

    private static void CheckTogether(IProcessProtocol? protocol, bool usePty, IReadOnlyDictionary<int, ChildDescriptor>? childFDs, ProcessOptions options)
    {
        if (usePty && childFDs is not null)
        {
            throw new ArgumentException("A terminal is the child's descriptors 0, 1 and 2 and all it has: usePty and childFDs do not go together.", nameof(childFDs));
        }

        if (usePty && protocol is null)
        {
            throw new ArgumentException("A child on a terminal needs a protocol.", nameof(protocol));
        }

        if (!usePty && (options.Pty is not null || options.TerminalSize is not null))
        {
            throw new ArgumentException("There is a terminal only with usePty.", nameof(options));
        }

        if (options.ProcessGroup is not null && (usePty || options.NewSession))
        {
            throw new ArgumentException("Who leads a session leads its process group, too: ProcessGroup goes neither with NewSession nor with usePty.", nameof(options));
        }

        if (options.ProcessGroup < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.ProcessGroup, "A process group is zero or more.");
        }
    }

    // To setresuid(2) the highest number means "as it is": such a child would stay root.
    private static void CheckId(uint? id, string name)
    {
        if (id == uint.MaxValue)
        {
            throw new ArgumentOutOfRangeException(name, id, "It is no number of a user or group; null leaves it as it is.");
        }
    }

    private static void CheckDescriptors(IProcessProtocol? protocol, IReadOnlyDictionary<int, ChildDescriptor> childFDs)
    {
        foreach ((int child, ChildDescriptor target) in childFDs)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(child, nameof(childFDs));
            if (target.Kind == ChildDescriptorKind.None)
            {
                throw new ArgumentException($"The child's descriptor {child} has no target; it must be \"r\", \"w\" or a descriptor's number.", nameof(childFDs));
            }

            if (protocol is null && target.Kind != ChildDescriptorKind.Inherit)
            {
                throw new ArgumentException($"The child's descriptor {child} is a pipe (\"{target}\"), and there is no protocol to hear of it.", nameof(protocol));
            }
        }
    }
}
