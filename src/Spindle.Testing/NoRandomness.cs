using Spindle.Kernel;

namespace Spindle.Testing;

/// <summary>Nothing is left to chance in a test: whatever is spread around a value comes at that value.</summary>
internal sealed class NoRandomness : IRandomness
{
    public double NextDouble() => 0;
}
