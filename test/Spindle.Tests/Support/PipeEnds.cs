namespace Spindle.Tests.Support;

/// <summary>The descriptors of a pipe.</summary>
internal readonly record struct PipeEnds(int Read, int Write);
