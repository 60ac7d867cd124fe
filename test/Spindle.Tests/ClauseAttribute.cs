using Xunit.v3;

namespace Spindle.Tests;

/// <summary>Names the clauses of the contract that a test pins.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClauseAttribute(params string[] clauses) : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [.. clauses.Select(clause => KeyValuePair.Create("Clause", clause))];
}
