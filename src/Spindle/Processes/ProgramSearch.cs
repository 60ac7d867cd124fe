using Spindle.Kernel;

namespace Spindle.Processes;

/// <summary>Finds the file of a program, runs it, and says why that cannot be done.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class ProgramSearch(IKernel kernel, SpawnPlan plan)
{
    private readonly string _path = ProcessText.SearchPathOf(plan.Environment);

    /// <summary>Tries one file after the other, as execvp(3) does, in the child's own PATH (PROC-4).</summary>
    /// <returns>Zero, or -errno.</returns>
    public int Spawn(SpawnRequest request, out int pid)
    {
        pid = 0;
        int failure = -Errno.ENOENT;
        foreach (string candidate in Candidates())
        {
            // To look costs a thousandth of what a child costs that cannot run it.
            if (HasSlash || Exists(candidate))
            {
                int result = kernel.Processes.Spawn(request with { Path = ProcessText.Encode(candidate, "the executable", "executable") }, out pid);
                if (result is not (-Errno.ENOENT or -Errno.ENOTDIR or -Errno.EACCES))
                {
                    return result;
                }

                failure = failure == -Errno.ENOENT ? result : failure;
            }
        }

        return failure;
    }

    public SpawnException Explain(int errno)
    {
        string text = $"{Errno.Describe(errno)} (errno {errno})";
        string detail = errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES when !CanUseDirectory() => $"its directory {plan.Directory} cannot be used: {text}",
            Errno.ENOENT when !HasSlash => $"it is in none of the directories of PATH, {_path}",
            Errno.ENOENT when Exists(plan.Executable) => "the interpreter that it names is not there",
            Errno.ENOEXEC => "it is neither a program for this machine nor a script that begins with \"#!\" and its interpreter",
            Errno.EBADF => $"a descriptor that it was to inherit is not open: {text}",
            Errno.EPERM when plan.UserId is not null || plan.GroupId is not null => $"another user or group needs root: {text}",
            _ => text,
        };
        return new SpawnException(plan.Executable, detail, errno);
    }

    private bool HasSlash => plan.Executable.Contains('/', StringComparison.Ordinal);

    private IEnumerable<string> Candidates() => HasSlash
        ? [plan.Executable]
        : _path.Split(':').Select(directory => directory.Length == 0 ? $"./{plan.Executable}" : $"{directory}/{plan.Executable}");

    // What is relative counts from the child's directory.
    private bool Exists(string file)
    {
        string seen = plan.Directory is null || file.StartsWith('/') ? file : $"{plan.Directory}/{file}";
        return kernel.Files.IdentifyPath(seen, out FileIdentity identity) is not (-Errno.ENOENT or -Errno.ENOTDIR) && !identity.IsDirectory;
    }

    private bool CanUseDirectory() =>
        plan.Directory is null || (kernel.Files.IdentifyPath(plan.Directory, out FileIdentity identity) == 0 && identity.IsDirectory);
}
