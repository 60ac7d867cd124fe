namespace Spindle.Processes;

/// <summary>A run for the exit code (UTIL-2).</summary>
internal sealed class ValueCall() : ProcessCall<int?>(maxOutput: 0)
{
    protected override void Ended(Exception reason, int? exitCode) => Succeed(exitCode);
}
