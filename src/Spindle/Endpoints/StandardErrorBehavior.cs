namespace Spindle.Endpoints;

/// <summary>What a <see cref="ProcessEndpoint"/> does with what its process writes to standard error.</summary>
public enum StandardErrorBehavior
{
    /// <summary>It is logged.</summary>
    Log,

    /// <summary>It is dropped.</summary>
    Drop,
}
