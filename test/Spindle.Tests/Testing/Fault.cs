using System.Globalization;
using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>One thing that is to go wrong.</summary>
/// <param name="Operation">In which call.</param>
/// <param name="Call">In the how many-th of its kind, from one.</param>
/// <param name="Kind">How.</param>
/// <param name="Value">The error number, the number of bytes or the outcome.</param>
/// <param name="Times">In how many calls in a row.</param>
internal sealed record Fault(Operation Operation, int Call, FaultKind Kind, int Value = 0, int Times = 1)
{
    public bool IsMade => Kind != FaultKind.Error;

    /// <summary>What the call reports instead of its own result; null when that is not replaced.</summary>
    public int? Result => Kind is FaultKind.Error or FaultKind.ErrorAfter ? -Value : null;

    public bool Covers(Operation operation, int call) => operation == Operation && call >= Call && call - Call < Times;

    /// <summary>How many bytes of so many the call may take.</summary>
    public int Cut(int length) => Kind switch
    {
        FaultKind.Limit => Math.Min(length, Value),
        FaultKind.Half => Math.Max(length / 2, Math.Min(length, 1)),
        _ => length,
    };

    /// <summary>Which part of so many pieces the call may take.</summary>
    public ReadOnlySpan<IoVector> Cut(ReadOnlySpan<IoVector> pieces)
    {
        int total = 0;
        foreach (IoVector piece in pieces)
        {
            total += (int)piece.Length;
        }

        int left = Cut(total);
        List<IoVector> part = [];
        foreach (IoVector piece in pieces)
        {
            int length = Math.Min((int)piece.Length, left);
            left -= length;
            if (length > 0)
            {
                part.Add(piece with { Length = (nuint)length });
            }
        }

        return part.ToArray();
    }

    public override string ToString()
    {
        string what = Kind switch
        {
            FaultKind.Error => $"fails with {Describe()}",
            FaultKind.ErrorAfter => $"is made and reports {Describe()}",
            FaultKind.Limit => $"takes {Value} byte",
            FaultKind.Half => "takes half",
            _ => $"brings {Value}",
        };
        return $"{Operation} {Call.ToString(CultureInfo.InvariantCulture)} {what}";
    }

    private string Describe() => $"{Errno.Describe(Value)} ({Value})";
}
