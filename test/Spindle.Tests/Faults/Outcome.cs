namespace Spindle.Tests.Faults;

/// <summary>How an exchange went.</summary>
/// <param name="IsWhole">Whether all of it arrived.</param>
/// <param name="Heard">The exceptions that user code has got.</param>
/// <param name="IsCounted">Whether datagrams were counted as dropped, or the protocol heard of a refusal.</param>
internal sealed record Outcome(bool IsWhole, IReadOnlyList<Exception> Heard, bool IsCounted = false);
