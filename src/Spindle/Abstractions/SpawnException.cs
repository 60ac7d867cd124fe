namespace Spindle;

/// <summary>A child process could not be made, or its program could not be run. There is no child then.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class SpawnException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="executable">What was to be run.</param>
    /// <param name="detail">What was wrong.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public SpawnException(string executable, string detail, int errno = 0)
        : base($"Couldn't run {executable}: {detail.TrimEnd('.')}.", errno) => Executable = executable;

    /// <summary>What was to be run, as it was given.</summary>
    public string Executable { get; }
}
