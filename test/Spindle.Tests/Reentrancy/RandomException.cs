namespace Spindle.Tests.Reentrancy;

/// <summary>What a user's callback throws.</summary>
internal sealed class RandomException : Exception;
