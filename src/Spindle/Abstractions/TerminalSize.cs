namespace Spindle;

/// <summary>The size of a terminal's window, in characters.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public readonly record struct TerminalSize
{
    /// <summary>Makes one.</summary>
    /// <param name="columns">0 to 65,535.</param>
    /// <param name="rows">0 to 65,535.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public TerminalSize(int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, ushort.MaxValue);
        Columns = columns;
        Rows = rows;
    }

    /// <summary>Characters in a line.</summary>
    public int Columns { get; }

    /// <summary>Lines.</summary>
    public int Rows { get; }
}
