using System.Reflection;
using Spindle.Selectors;
using Xunit.Sdk;
using Xunit.v3;

namespace Spindle.Tests.Testing;

/// <summary>Runs a theory on every selector.</summary>
/// <param name="values">Further values; with some, the theory runs once for each selector and value.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EverySelectorAttribute(params object[] values) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        List<ITheoryDataRow> rows = [];
        foreach (SelectorKind kind in Enum.GetValues<SelectorKind>())
        {
            rows.AddRange(values.Length == 0 ? [new TheoryDataRow(kind)] : values.Select(value => new TheoryDataRow(kind, value)));
        }

        return new ValueTask<IReadOnlyCollection<ITheoryDataRow>>(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
