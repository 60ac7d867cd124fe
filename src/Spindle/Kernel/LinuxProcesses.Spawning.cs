using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <content>posix_spawn(3).</content>
internal sealed unsafe partial class LinuxProcesses
{
    private const short POSIX_SPAWN_SETPGROUP = 2;
    private const short POSIX_SPAWN_SETSIGDEF = 4;
    private const short POSIX_SPAWN_SETSIGMASK = 8;
    private const short POSIX_SPAWN_SETSID = 0x80;
    private const int O_RDONLY = 0;
    private const int O_RDWR = 2;
    private const int FileActionsSize = 256; // 80 bytes in glibc,
    private const int AttributesSize = 512; // 336 bytes,
    private const int SignalSetSize = 128; // and 128.

    /// <summary>Spawns with the credentials of this thread.</summary>
    private int SpawnAs(SpawnRequest request, ChildGate? gate, out int pid)
    {
        int made = 0;
        byte* actions = stackalloc byte[FileActionsSize];
        byte* attributes = stackalloc byte[AttributesSize];
        int error = posix_spawn_file_actions_init(actions);
        if (error == 0)
        {
            error = posix_spawnattr_init(attributes);
            if (error == 0)
            {
                error = AddDescriptors(actions, request, gate);
                gate?.Announce();
                error = error == 0 ? SetAttributes(attributes, request) : error;
                error = error == 0 ? SpawnPrepared(request, actions, attributes, &made) : error;
                _ = posix_spawnattr_destroy(attributes);
            }

            _ = posix_spawn_file_actions_destroy(actions);
        }

        pid = error == 0 ? made : 0;
        return -error;
    }

    private static int SetAttributes(byte* attributes, SpawnRequest request)
    {
        short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;

        // The runtime ignores SIGPIPE, and exec keeps what is ignored (PROC-18). Raw bytes and not sigfillset(3): with that
        // one glibc leaves its own two signals, 32 and 33, ignored in the child.
        byte* signals = stackalloc byte[SignalSetSize];
        new Span<byte>(signals, SignalSetSize).Fill(0xFF);
        int error = posix_spawnattr_setsigdefault(attributes, signals);
        new Span<byte>(signals, SignalSetSize).Clear();
        error = error == 0 ? posix_spawnattr_setsigmask(attributes, signals) : error;
        if (request.IsSessionLeader)
        {
            flags |= POSIX_SPAWN_SETSID;
        }

        if (error == 0 && request.ProcessGroup is { } group)
        {
            flags |= POSIX_SPAWN_SETPGROUP;
            error = posix_spawnattr_setpgroup(attributes, group);
        }

        return error == 0 ? posix_spawnattr_setflags(attributes, flags) : error;
    }

    // The actions are done in their order. First every source that lies where a target will be is copied out of the way,
    // so that mappings may swap numbers (PROC-13); then each is put in its place, and all else is closed (PROC-14).
    private int AddDescriptors(byte* actions, SpawnRequest request, ChildGate? gate)
    {
        IReadOnlyDictionary<int, int> map = request.Descriptors;
        int last = request.Terminal is null ? -1 : 2;
        int free = 0;
        foreach ((int child, int parent) in map)
        {
            last = Math.Max(last, child);
            free = Math.Max(free, parent + 1);
        }

        free = Math.Max(free, last + 1);
        int copies = free;
        int error = gate is null ? 0 : AddGate(actions, gate, free == gate.Fifo ? free + 1 : free);
        error = error != 0 || request.Terminal is null ? error : AddTerminal(actions, request.Terminal, free++);
        Dictionary<int, int> moved = [];
        foreach ((int child, int parent) in map)
        {
            if (error == 0 && parent <= last && parent != child && moved.TryAdd(parent, free))
            {
                error = posix_spawn_file_actions_adddup2(actions, parent, free++);
            }
        }

        foreach ((int child, int parent) in map)
        {
            // A descriptor that stays under its number is only made to survive the exec.
            error = error == 0 ? posix_spawn_file_actions_adddup2(actions, moved.GetValueOrDefault(parent, parent), child) : error;
        }

        for (int hole = request.Terminal is null ? 0 : 3; hole < last && error == 0; hole++)
        {
            error = map.ContainsKey(hole) ? 0 : posix_spawn_file_actions_addclose(actions, hole);
        }

        error = error == 0 ? AddClosing(actions, last + 1, copies, free - copies, request.HoldsLoop ? RunsToLeave(last + 1) : []) : error;
        if (error == 0 && request.Directory is { } directory)
        {
            fixed (byte* path = directory)
            {
                error = posix_spawn_file_actions_addchdir_np(actions, path); // It takes a copy.
            }
        }

        return error;
    }

    private static int AddGate(byte* actions, ChildGate gate, int number)
    {
        fixed (byte* path = gate.FifoPath)
        {
            int error = posix_spawn_file_actions_addopen(actions, number, path, O_RDONLY, 0); // It takes a copy.
            return error != 0 ? error : posix_spawn_file_actions_addclose(actions, number);
        }
    }

    // A session's leader gets the first terminal that it opens as its controlling one.
    private static int AddTerminal(byte* actions, byte[] name, int number)
    {
        int error;
        fixed (byte* path = name)
        {
            error = posix_spawn_file_actions_addopen(actions, number, path, O_RDWR, 0); // It takes a copy.
        }

        for (int child = 0; child <= 2 && error == 0; child++)
        {
            error = posix_spawn_file_actions_adddup2(actions, number, child);
        }

        return error;
    }

    private static int SpawnPrepared(SpawnRequest request, byte* actions, byte* attributes, int* pid)
    {
        byte** arguments = AllocateVector(request.Arguments);
        byte** environment = AllocateVector(request.Environment);
        try
        {
            fixed (byte* path = request.Path)
            {
                return posix_spawn(pid, path, actions, attributes, arguments, environment);
            }
        }
        finally
        {
            NativeMemory.Free(environment);
            NativeMemory.Free(arguments);
        }
    }

    // One block: the pointers, a null, and the texts behind it.
    private static byte** AllocateVector(IReadOnlyList<byte[]> texts)
    {
        nuint pointers = (nuint)(texts.Count + 1) * (nuint)sizeof(byte*);
        nuint size = pointers + (nuint)texts.Sum(static text => (long)text.Length);
        byte** vector = (byte**)NativeMemory.Alloc(size);
        byte* next = (byte*)vector + pointers;
        for (int i = 0; i < texts.Count; i++)
        {
            vector[i] = next;
            texts[i].CopyTo(new Span<byte>(next, texts[i].Length));
            next += texts[i].Length;
        }

        vector[texts.Count] = null;
        return vector;
    }

    [LibraryImport("libc")]
    private static partial int posix_spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int number);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addclose(byte* actions, int fd);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int first);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addopen(byte* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setpgroup(byte* attributes, int group);
}
