namespace Spindle.FileWatching;

/// <summary>What can happen to a file, with the kernel's numbers.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: inotify(7), as Twisted's <c>internet/inotify.py</c> has it.</para>
/// </remarks>
[Flags]
public enum FileEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It was read.</summary>
    Access = 0x1,

    /// <summary>It was written to.</summary>
    Modify = 0x2,

    /// <summary>Its mode, times, owner or links changed.</summary>
    Attributes = 0x4,

    /// <summary>Somebody who could write has closed it.</summary>
    CloseWrite = 0x8,

    /// <summary>Somebody who could only read has closed it.</summary>
    CloseNoWrite = 0x10,

    /// <summary>It was opened.</summary>
    Open = 0x20,

    /// <summary>It was moved away from here.</summary>
    MovedFrom = 0x40,

    /// <summary>It was moved here.</summary>
    MovedTo = 0x80,

    /// <summary>It was made.</summary>
    Create = 0x100,

    /// <summary>It was removed from the watched directory.</summary>
    Delete = 0x200,

    /// <summary>What is watched was removed itself.</summary>
    DeleteSelf = 0x400,

    /// <summary>What is watched was moved itself.</summary>
    MoveSelf = 0x800,

    /// <summary>Told, not asked for: its file system was unmounted.</summary>
    Unmount = 0x2000,

    /// <summary>Told, not asked for: events were lost, for nobody read them in time. Every watch is told.</summary>
    Overflow = 0x4000,

    /// <summary>Told, not asked for: the watch is gone.</summary>
    Ignored = 0x8000,

    /// <summary>Asked for: only if it is a directory.</summary>
    OnlyDirectory = 0x1000000,

    /// <summary>Asked for: a link is not followed.</summary>
    DoNotFollow = 0x2000000,

    /// <summary>Told, not asked for: it is a directory.</summary>
    IsDirectory = 0x40000000,

    /// <summary>Asked for: one event, then the watch is gone.</summary>
    OneShot = 0x80000000,

    /// <summary>What is watched unless told otherwise (INO-3).</summary>
    Changed = Modify | Attributes | Create | Delete | DeleteSelf | MoveSelf | Unmount | MovedFrom | MovedTo,
}
