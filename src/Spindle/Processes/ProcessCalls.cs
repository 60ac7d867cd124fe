namespace Spindle.Processes;

/// <summary>Programs that are run for their result.</summary>
/// <remarks>
/// <para>
/// The executable is put in front of <c>args</c>. The process's standard input is closed after what is given for it, so that
/// a program that reads it does not wait for ever (the original leaves it open). Every failure comes through the task: a
/// program that cannot be run gives a <see cref="SpawnException"/>. Cancelling kills the process; the task is cancelled when
/// it is gone.
/// </para>
/// <para>Thread: the reactor's; the token may be cancelled on any.</para>
/// <para>Source: Twisted's <c>internet/utils.py</c>.</para>
/// </remarks>
public static class ProcessCalls
{
    /// <summary>How much output is kept by default: 64 MiB.</summary>
    public const int DefaultMaxOutput = 64 * 1024 * 1024;

    /// <summary>Runs a program for its standard output, whatever its exit code.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="executable">As <see cref="IReactorProcess.SpawnProcess"/> has it.</param>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="env">The environment. Default: empty; null: this process's.</param>
    /// <param name="path">The working directory. Default: this process's.</param>
    /// <param name="errorToo">Whether standard error is mixed in. Default false: any of it fails the task at once.</param>
    /// <param name="maxOutput">How many bytes are kept. With more the process is killed and the task fails. Default <see cref="DefaultMaxOutput"/>.</param>
    /// <param name="cancellationToken">Kills the process.</param>
    /// <returns>The output. Fails with <see cref="ProcessErrorOutputException"/> as soon as something is written to standard error.</returns>
    public static Task<byte[]> GetProcessOutput(
        this IReactorProcess reactor,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        bool errorToo = false,
        int maxOutput = DefaultMaxOutput,
        CancellationToken cancellationToken = default) =>
        new OutputCall(maxOutput, errorToo).Start(reactor, executable, args, env, path, cancellationToken);

    /// <summary>Runs a program for its exit code; what it writes is read and dropped.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="executable">As <see cref="IReactorProcess.SpawnProcess"/> has it.</param>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="env">The environment. Default: empty; null: this process's.</param>
    /// <param name="path">The working directory. Default: this process's.</param>
    /// <param name="cancellationToken">Kills the process.</param>
    /// <returns>The exit code; null if a signal has ended it.</returns>
    public static Task<int?> GetProcessValue(
        this IReactorProcess reactor,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        CancellationToken cancellationToken = default) =>
        new ValueCall().Start(reactor, executable, args, env, path, cancellationToken);

    /// <summary>Runs a program for all of it.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="executable">As <see cref="IReactorProcess.SpawnProcess"/> has it.</param>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="env">The environment. Default: empty; null: this process's.</param>
    /// <param name="path">The working directory. Default: this process's.</param>
    /// <param name="stdinBytes">What the program is given as standard input. Default: nothing.</param>
    /// <param name="maxOutput">How many bytes are kept, of both together. With more the process is killed and the task fails. Default <see cref="DefaultMaxOutput"/>.</param>
    /// <param name="cancellationToken">Kills the process.</param>
    /// <returns>Output, error output and exit code. Fails with <see cref="ProcessSignalException"/>, which has the outputs, if a signal has ended it.</returns>
    public static Task<ProcessResult> GetProcessOutputAndValue(
        this IReactorProcess reactor,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        ReadOnlyMemory<byte> stdinBytes = default,
        int maxOutput = DefaultMaxOutput,
        CancellationToken cancellationToken = default) =>
        new ResultCall(maxOutput, stdinBytes).Start(reactor, executable, args, env, path, cancellationToken);
}
