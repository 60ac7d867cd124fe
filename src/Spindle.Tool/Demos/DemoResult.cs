namespace Spindle.Tool.Demos;

/// <summary>How a demo went.</summary>
internal enum DemoResult
{
    /// <summary>As it should.</summary>
    Worked,

    /// <summary>Not at all, for the machine lacks it.</summary>
    NotHere,

    /// <summary>Not as it should.</summary>
    Failed,
}
