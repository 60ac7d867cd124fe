namespace Spindle;

/// <summary>A trigger that was added to a system event: what <see cref="IReactorCore.RemoveSystemEventTrigger"/> takes.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class SystemEventTrigger
{
    internal SystemEventTrigger(SystemEventPhase phase, string eventType, Func<Task?> call)
    {
        Phase = phase;
        EventType = eventType;
        Call = call;
    }

    /// <summary>When it runs.</summary>
    public SystemEventPhase Phase { get; }

    /// <summary>The event.</summary>
    public string EventType { get; }

    internal Func<Task?> Call { get; }
}
