namespace Spindle.Tests.Testing;

/// <summary>How a call goes wrong.</summary>
public enum FaultKind
{
    /// <summary>It is not made and reports an error.</summary>
    Error,

    /// <summary>It is made, and reports an error all the same: close(2) with EIO has closed.</summary>
    ErrorAfter,

    /// <summary>It is made with a few bytes only.</summary>
    Limit,

    /// <summary>It is made with half of the bytes.</summary>
    Half,

    /// <summary>It is made, and what it brought is replaced: the value of a socket's option, the result of connect(2), a full buffer for what recv(2) has read.</summary>
    Outcome,
}
