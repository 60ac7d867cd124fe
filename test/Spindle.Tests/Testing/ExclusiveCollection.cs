namespace Spindle.Tests.Testing;

/// <summary>Tests that cannot share the process: they close descriptors by number, or count its memory.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExclusiveCollection
{
    public const string Name = "Exclusive";
}
