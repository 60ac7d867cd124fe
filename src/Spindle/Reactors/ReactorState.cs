namespace Spindle.Reactors;

/// <summary>Where a reactor is in its life (CORE-14).</summary>
internal enum ReactorState
{
    New,

    /// <summary>"startup" is being fired; a before trigger may still be awaited.</summary>
    Starting,
    Running,

    /// <summary>Told to stop; the shutdown has not begun.</summary>
    Stopping,

    /// <summary>The shutdown has begun or is over.</summary>
    Stopped,

    /// <summary>The loop ended under it; it may run again.</summary>
    Crashed,

    /// <summary>Of no use any more.</summary>
    Disposed,
}
