namespace Spindle.Selectors;

/// <summary>One registration: a descriptor's number, and which of the files that have had it is meant (invariant I1).</summary>
/// <param name="Generation">Grows with each registration under the number.</param>
/// <param name="Fd">The number.</param>
internal readonly record struct SelectorToken(uint Generation, int Fd)
{
    /// <summary>As 64 bits, to travel with the kernel's events.</summary>
    public ulong Packed => ((ulong)Generation << 32) | (uint)Fd;

    public static SelectorToken Unpack(ulong packed) => new((uint)(packed >> 32), (int)(uint)packed);
}
