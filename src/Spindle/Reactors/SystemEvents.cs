namespace Spindle.Reactors;

/// <summary>A reactor's system events, by name.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class SystemEvents(LoggingContext context)
{
    public const string Startup = "startup";
    public const string Shutdown = "shutdown";

    private readonly Dictionary<string, SystemEvent> _events = new(StringComparer.Ordinal);

    /// <summary>An event, made when it is first asked for.</summary>
    public SystemEvent this[string eventType]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(eventType);
            return _events.TryGetValue(eventType, out SystemEvent? known) ? known : Make(eventType, atDuring: null);
        }
    }

    /// <summary>Makes an event in whose during phase the reactor itself does something first.</summary>
    public SystemEvent Make(string eventType, Action? atDuring) => _events[eventType] = new SystemEvent(eventType, context, atDuring);

    public void Fire(string eventType)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        if (_events.TryGetValue(eventType, out SystemEvent? known))
        {
            known.Fire();
        }
    }

    public SystemEventTrigger Add(SystemEventPhase phase, string eventType, Func<Task?> trigger)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        if (!Enum.IsDefined(phase))
        {
            throw new ArgumentOutOfRangeException(nameof(phase), phase, "A phase is Before, During or After.");
        }

        SystemEventTrigger added = new(phase, eventType, trigger);
        this[eventType].Add(added);
        return added;
    }

    public SystemEventTrigger AddAfterStartup(Action call) => Add(SystemEventPhase.After, Startup, () =>
    {
        call();
        return null;
    });

    public void Remove(SystemEventTrigger trigger)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        this[trigger.EventType].Remove(trigger);
    }
}
