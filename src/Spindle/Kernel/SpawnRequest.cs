namespace Spindle.Kernel;

/// <summary>What a child is to run, and how. All texts are bytes that end with a NUL.</summary>
internal sealed record SpawnRequest
{
    /// <summary>The file; one that is not absolute is looked up in the child's directory. Nothing is searched.</summary>
    public required byte[] Path { get; init; }

    /// <summary>The complete argument vector.</summary>
    public required IReadOnlyList<byte[]> Arguments { get; init; }

    /// <summary>The complete environment, "NAME=value" each.</summary>
    public required IReadOnlyList<byte[]> Environment { get; init; }

    /// <summary>The child's working directory; null: the parent's.</summary>
    public byte[]? Directory { get; init; }

    /// <summary>Which of the parent's descriptors the child gets, by the child's number. It gets no other.</summary>
    public required IReadOnlyDictionary<int, int> Descriptors { get; init; }

    /// <summary>
    /// Whether the loop stands still meanwhile, so that nothing of its own is closed and the call should be short. Else it takes
    /// its time.
    /// </summary>
    public bool HoldsLoop { get; init; }

    /// <summary>The slave side of a terminal: becomes the child's 0, 1 and 2, and its controlling terminal.</summary>
    public byte[]? Terminal { get; init; }

    /// <summary>Whether the child leads a session of its own.</summary>
    public bool IsSessionLeader { get; init; }

    /// <summary>The process group to join, zero for a new one; null: the parent's.</summary>
    public int? ProcessGroup { get; init; }

    /// <summary>The user to become, with the groups of that user; null: the effective one.</summary>
    public uint? UserId { get; init; }

    /// <summary>The group to become; null: the effective one.</summary>
    public uint? GroupId { get; init; }
}
