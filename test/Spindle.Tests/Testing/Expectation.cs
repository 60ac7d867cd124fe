namespace Spindle.Tests.Testing;

/// <summary>What a test waits for.</summary>
internal sealed record Expectation(Func<bool> Condition, TaskCompletionSource Done);
