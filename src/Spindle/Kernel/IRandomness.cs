namespace Spindle.Kernel;

/// <summary>Chance, to spread what would otherwise happen at the same time. Not for secrets.</summary>
internal interface IRandomness
{
    /// <summary>A number from zero, included, to one, not included; all are equally likely.</summary>
    double NextDouble();
}
