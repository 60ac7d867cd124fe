namespace Spindle;

/// <summary>Child processes.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorProcess</c>.</para>
/// </remarks>
public interface IReactorProcess
{
    /// <summary>
    /// Runs a program in a child process. The call takes about half a millisecond of the loop's time, until the program is
    /// loaded; a program that cannot be run throws here, and there is no child then.
    /// </summary>
    /// <param name="protocol">Hears of the process. Null only if no pipe is to be made.</param>
    /// <param name="executable">
    /// A path; or, without a slash, a name that is searched in the PATH of <paramref name="env"/> ("/bin:/usr/bin" if that has
    /// none). A relative path counts from the child's directory.
    /// </param>
    /// <param name="args">The complete argument vector, the program's own name included. Default, as an empty one: the executable alone.</param>
    /// <param name="env">The complete environment. Default: EMPTY. Null, or <see cref="ProcessEnvironment.Inherit"/>: this process's. A dictionary: exactly that.</param>
    /// <param name="path">The child's working directory. Default, as an empty one: this process's.</param>
    /// <param name="uid">The user to become, with the supplementary groups of that user. Needs root. Default: the effective one.</param>
    /// <param name="gid">The group to become. Needs root. Default: the effective one.</param>
    /// <param name="usePty">Whether the child gets a terminal instead of pipes. Not together with <paramref name="childFDs"/>. Default false.</param>
    /// <param name="childFDs">
    /// The child's descriptors, by the child's number: "r" for a pipe that this process reads, "w" for one that it writes, a
    /// number for a descriptor of this process that the child gets as well. It has no others. Default: 0 "w", 1 "r", 2 "r".
    /// </param>
    /// <param name="options">What is rarely needed; null for the defaults.</param>
    /// <exception cref="ArgumentException">An argument or variable contains a NUL or is not valid Unicode, or parameters do not go together.</exception>
    /// <exception cref="SpawnException">The program or the directory is not there, or may not be used, or the system has no more processes. Pipes made by the call are closed; descriptors that were given stay open.</exception>
    /// <exception cref="SystemCallException">The system has no more descriptors.</exception>
    IProcessTransport SpawnProcess(
        IProcessProtocol? protocol,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        uint? uid = null,
        uint? gid = null,
        bool usePty = false,
        IReadOnlyDictionary<int, ChildDescriptor>? childFDs = null,
        ProcessOptions? options = null);

    /// <summary>As <see cref="SpawnProcess"/>, but the program is looked for and loaded on another thread: the loop goes on.</summary>
    /// <returns>Done after <see cref="IProcessProtocol.MakeConnection"/>. Every failure comes through the task, but for a wrong thread.</returns>
    /// <exception cref="InvalidOperationException">This is not the reactor's thread.</exception>
    Task<IProcessTransport> SpawnProcessAsync(
        IProcessProtocol? protocol,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        uint? uid = null,
        uint? gid = null,
        bool usePty = false,
        IReadOnlyDictionary<int, ChildDescriptor>? childFDs = null,
        ProcessOptions? options = null);
}
