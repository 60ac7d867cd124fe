using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary>Work under another user and group, on a thread that ends with it.</summary>
/// <remarks>
/// To the kernel, credentials are a thread's; it is the C library that changes those of all threads at once. The raw calls
/// change this thread only, so that nothing else in the process ever runs with them (PROC-7).
/// </remarks>
internal static unsafe partial class ThreadCredentials
{
    private const int StackSize = 256 * 1024;
    private const int ERANGE = 34;
    private const int PR_GET_DUMPABLE = 3;
    private const int PR_SET_DUMPABLE = 4;
    private const nint Unchanged = -1;

    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int SYS_setresuid = IsX64 ? 117 : 147;
    private static readonly int SYS_setresgid = IsX64 ? 119 : 149;
    private static readonly int SYS_setgroups = IsX64 ? 116 : 159;

    /// <summary>Does something as another user and group, and waits for it.</summary>
    /// <param name="user">The user, with all groups of that user; null: the effective one, with the groups that there are.</param>
    /// <param name="group">The group; null: the effective one.</param>
    /// <param name="work">Gives zero, or -errno. It must not throw.</param>
    /// <returns>What the work gives, or -errno: EPERM for want of privilege. The work was not done then.</returns>
    public static int RunAs(uint? user, uint? group, Func<int> work)
    {
        int result = 0;
        Thread thread = new(() => result = RunHere(user, group, work), StackSize) { IsBackground = true, Name = "spindle-credentials" };
        thread.Start();
        thread.Join();
        return result;
    }

    private static int RunHere(uint? user, uint? group, Func<int> work)
    {
        uint gid = group ?? getegid();
        uint uid = user ?? geteuid();
        uint[]? groups = user is null ? null : GroupsOf(uid, gid);
        int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);

        // First the privilege itself: who is root really but not effectively has none yet. The saved user stays root, so
        // that the last step can be taken back; exec makes it what the child's user is.
        int result = Call(SYS_setresuid, Unchanged, 0, 0);
        result = result == 0 && groups is not null ? SetGroups(groups) : result;
        result = result == 0 ? Call(SYS_setresgid, (nint)gid, (nint)gid, (nint)gid) : result;
        result = result == 0 ? Call(SYS_setresuid, (nint)uid, (nint)uid, 0) : result;
        result = result == 0 ? work() : result;

        // What is left of it ends with the thread, but for one thing that belongs to the whole process: leaving root has
        // made it undumpable, and debuggers and crash dumps blind.
        _ = Call(SYS_setresuid, Unchanged, 0, Unchanged);
        if (dumpable == 1)
        {
            _ = prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        }

        return result;
    }

    private static int SetGroups(uint[] groups)
    {
        fixed (uint* first = groups)
        {
            return Call(SYS_setgroups, groups.Length, (nint)first, 0);
        }
    }

    /// <summary>The groups of a user, as the system's user database knows them; one that it does not know has only its own.</summary>
    private static uint[] GroupsOf(uint uid, uint gid)
    {
        byte[] name = NameOf(uid);
        if (name.Length == 0)
        {
            return [gid];
        }

        uint[] groups = new uint[64];
        fixed (byte* user = name)
        {
            while (true)
            {
                int count = groups.Length;
                int found;
                fixed (uint* first = groups)
                {
                    found = getgrouplist(user, gid, first, &count);
                }

                if (found >= 0)
                {
                    return groups[..count];
                }

                groups = new uint[Math.Max(count, groups.Length * 2)];
            }
        }
    }

    private static byte[] NameOf(uint uid)
    {
        nint* entry = stackalloc nint[8]; // struct passwd: 48 bytes, the name first.
        for (int size = 4_096; ; size *= 4)
        {
            nint found = 0;
            byte* buffer = (byte*)NativeMemory.Alloc((nuint)size);
            try
            {
                int error = getpwuid_r(uid, entry, buffer, (nuint)size, &found);
                if (error != ERANGE)
                {
                    return error != 0 || found == 0 ? [] : [.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry[0]), 0];
                }
            }
            finally
            {
                NativeMemory.Free(buffer);
            }
        }
    }

    private static int Call(int number, nint first, nint second, nint third) => Errno.OrResult(syscall(number, first, second, third));

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getegid();

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint uid, nint* entry, byte* buffer, nuint size, nint* result);

    [LibraryImport("libc")]
    private static partial int getgrouplist(byte* user, uint group, uint* groups, int* count);
}
