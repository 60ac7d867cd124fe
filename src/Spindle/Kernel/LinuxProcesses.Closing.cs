namespace Spindle.Kernel;

/// <content>What a child does not get (PROC-14).</content>
internal sealed unsafe partial class LinuxProcesses
{
    private const int SYS_close_range = 436; // One number on every architecture.
    private const int CLOSE_RANGE_CLOEXEC = 4; // Linux 5.11.
    private const int ManyDescriptors = 128;
    private const int GapShare = 8;

    /// <summary>Closes everything from a number on.</summary>
    /// <param name="actions">The file actions; these are the last ones but for the directory.</param>
    /// <param name="first">The first number that the child does not get.</param>
    /// <param name="copy">The first of the copies that the actions have made so far.</param>
    /// <param name="copies">How many there are; they survive the exec.</param>
    /// <param name="left">Those that are left to the exec: the first and the last of each run.</param>
    /// <remarks>
    /// Closing takes its time for each descriptor, and the loop stands still until the child has become its program. By then
    /// the loop runs again while the exec closes what is close-on-exec. So if there are many of our own, they are left to it;
    /// whatever else is open, and may survive an exec, is closed by its number.
    /// </remarks>
    private static int AddClosing(byte* actions, int first, int copy, int copies, List<(int First, int Last)> left)
    {
        int next = first; // All below is seen to.
        int error = 0;
        foreach ((int start, int end) in left)
        {
            // Ours are made so; but somebody may have changed it, or have closed one and opened another thing in its place.
            if (syscall(SYS_close_range, start, end, CLOSE_RANGE_CLOEXEC, 0) < 0)
            {
                break; // An older kernel.
            }

            for (; next < start && error == 0; next++)
            {
                error = posix_spawn_file_actions_addclose(actions, next); // It may be none: that is no error.
            }

            next = end + 1;
        }

        for (int fd = copy; fd < copy + copies && error == 0; fd++)
        {
            error = posix_spawn_file_actions_addclose(actions, fd);
        }

        return error == 0 ? posix_spawn_file_actions_addclosefrom_np(actions, next) : error;
    }

    // None if they are few, or have so many gaps that it does not pay.
    private List<(int First, int Last)> RunsToLeave(int first)
    {
        if (ledger.Count < ManyDescriptors)
        {
            return [];
        }

        List<(int First, int Last)> runs = ledger.RunsFrom(first);
        int listed = runs.Sum(static run => run.Last - run.First + 1);
        bool pays = listed >= ManyDescriptors && runs[^1].Last + 1 - first - listed <= listed / GapShare;
        return pays ? runs : [];
    }
}
