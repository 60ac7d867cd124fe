namespace Spindle;

/// <summary>A child process's environment: the default is EMPTY, as in the original.</summary>
/// <remarks>
/// <para>A dictionary converts by itself: exactly its variables. So does null: this process's environment at the time of the call.</para>
/// <para>Thread: any; it never changes.</para>
/// </remarks>
public readonly struct ProcessEnvironment : IEquatable<ProcessEnvironment>
{
    private readonly IReadOnlyList<KeyValuePair<string, string>>? _variables;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _raw;

    private ProcessEnvironment(bool isInherited, IReadOnlyList<KeyValuePair<string, string>>? variables, IReadOnlyList<ReadOnlyMemory<byte>>? raw)
    {
        IsInherited = isInherited;
        _variables = variables;
        _raw = raw;
    }

    /// <summary>No variables.</summary>
    public static ProcessEnvironment Empty => default;

    /// <summary>This process's variables, as they are when the child is made.</summary>
    public static ProcessEnvironment Inherit { get; } = new(isInherited: true, null, null);

    /// <summary>Whether it is this process's.</summary>
    public bool IsInherited { get; }

    /// <summary>The variables, when they are given as text and not inherited.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Variables => _variables ?? [];

    /// <summary>The variables as "NAME=value", when they are given as bytes.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>>? Raw => _raw;

    /// <summary>Exactly these variables.</summary>
    public static ProcessEnvironment Of(IEnumerable<KeyValuePair<string, string>> variables) => new(isInherited: false, [.. variables], null);

    /// <summary>Exactly these variables, "NAME=value" each, byte for byte.</summary>
    public static ProcessEnvironment FromBytes(IEnumerable<ReadOnlyMemory<byte>> variables) => new(isInherited: false, null, [.. variables]);

    /// <summary>The variables of a dictionary; null: this process's.</summary>
    public static ProcessEnvironment FromDictionary(Dictionary<string, string>? variables) => variables is null ? Inherit : Of(variables);

    /// <inheritdoc cref="FromDictionary"/>
    public static implicit operator ProcessEnvironment(Dictionary<string, string>? variables) => FromDictionary(variables);

    /// <summary>Whether both were made of the same.</summary>
    public static bool operator ==(ProcessEnvironment left, ProcessEnvironment right) => left.Equals(right);

    /// <summary>Whether they were not.</summary>
    public static bool operator !=(ProcessEnvironment left, ProcessEnvironment right) => !left.Equals(right);

    /// <summary>Whether both are the same: both inherited, both empty, or copies of one.</summary>
    public bool Equals(ProcessEnvironment other) =>
        IsInherited == other.IsInherited && ReferenceEquals(_variables, other._variables) && ReferenceEquals(_raw, other._raw);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ProcessEnvironment other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsInherited, _variables, _raw);
}
