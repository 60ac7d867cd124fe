namespace Spindle.Selectors;

/// <summary>What a descriptor is watched for, or found ready for.</summary>
[Flags]
public enum Interest
{
    /// <summary>Nothing. No descriptor is registered for nothing.</summary>
    None = 0,

    /// <summary>There is something to read, or the peer has closed, or there is an error to fetch.</summary>
    Read = 1,

    /// <summary>There is room to write, or an error to fetch.</summary>
    Write = 2,
}
