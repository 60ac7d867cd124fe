namespace Spindle.Kernel;

/// <summary>What came with the bytes of one recvmsg(2).</summary>
/// <param name="DescriptorCount">How many descriptors came.</param>
/// <param name="IsTruncated">Some were lost: there was no room for them, or no number left in the process.</param>
/// <param name="UnknownType">The type of data of another kind, which was dropped; zero if there was none.</param>
internal readonly record struct ReceivedAncillary(int DescriptorCount, bool IsTruncated, int UnknownType);
