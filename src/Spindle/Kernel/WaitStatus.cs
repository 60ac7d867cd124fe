namespace Spindle.Kernel;

/// <summary>How a child has ended, as wait(2) writes it down.</summary>
/// <param name="Raw">The exit code in the second byte, or the signal in the lowest seven bits.</param>
internal readonly record struct WaitStatus(int Raw)
{
    /// <summary>What it gave to exit(3); null if a signal has ended it.</summary>
    public int? ExitCode => (Raw & 0x7F) == 0 ? (Raw >> 8) & 0xFF : null;

    /// <summary>The signal that has ended it, or null.</summary>
    public int? Signal => (Raw & 0x7F) == 0 ? null : Raw & 0x7F;

    /// <summary>Makes one of what waitid(2) tells.</summary>
    public static WaitStatus FromSigInfo(int code, int status)
    {
        const int CLD_EXITED = 1;
        const int CLD_DUMPED = 3;
        const int CoreFlag = 0x80;
        return new(code == CLD_EXITED ? (status & 0xFF) << 8 : (status & 0x7F) | (code == CLD_DUMPED ? CoreFlag : 0));
    }
}
