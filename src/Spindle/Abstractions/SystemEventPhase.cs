namespace Spindle;

/// <summary>When a trigger of a system event runs.</summary>
public enum SystemEventPhase
{
    /// <summary>First. What these return is awaited before the next phase begins.</summary>
    Before,

    /// <summary>Second.</summary>
    During,

    /// <summary>Last.</summary>
    After,
}
