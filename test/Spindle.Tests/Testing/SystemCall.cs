namespace Spindle.Tests.Testing;

/// <summary>A call that was made.</summary>
/// <param name="Operation">Which.</param>
/// <param name="Fd">The descriptor it was about, or -1.</param>
/// <param name="Result">What it returned.</param>
/// <param name="Turn">In which turn of the loop, from zero: how many waits had begun.</param>
internal readonly record struct SystemCall(Operation Operation, int Fd, int Result, int Turn);
