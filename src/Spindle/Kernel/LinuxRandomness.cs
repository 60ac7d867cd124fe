namespace Spindle.Kernel;

/// <inheritdoc cref="IRandomness"/>
internal sealed class LinuxRandomness : IRandomness
{
    public double NextDouble() => Random.Shared.NextDouble();
}
