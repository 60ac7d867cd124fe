namespace Spindle.Reactors;

/// <summary>One system event: triggers in three phases, each run once (CORE-45 to CORE-58).</summary>
/// <param name="type">Its name.</param>
/// <param name="context">Where failures are logged; they keep no other trigger from running.</param>
/// <param name="atDuring">What the reactor itself does first in the during phase; null for nothing.</param>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class SystemEvent(string type, LoggingContext context, Action? atDuring)
{
    private readonly List<SystemEventTrigger>[] _phases = [[], [], []];
    private readonly List<SystemEventTrigger> _finishedBefore = [];
    private int _firing; // Grows with each firing and with Drop: an overtaken one ends quietly.
    private bool _isWaiting;

    /// <summary>What the reactor itself does after the last trigger, once: whoever fires the event by hand meanwhile brings it about, too.</summary>
    public Action? OnDone { get; set; }

    public void Add(SystemEventTrigger trigger) => _phases[(int)trigger.Phase].Add(trigger);

    /// <summary>Takes a trigger out.</summary>
    /// <exception cref="ArgumentException">It is not in, or has run.</exception>
    public void Remove(SystemEventTrigger trigger)
    {
        if (_phases[(int)trigger.Phase].Remove(trigger))
        {
            return;
        }

        if (_finishedBefore.Contains(trigger))
        {
            context.LogInformation($"A trigger before {type} was removed that has run already");
            return;
        }

        throw new ArgumentException($"The trigger {trigger.Phase.ToString().ToLowerInvariant()} {type} has run or was removed already.", nameof(trigger));
    }

    /// <summary>Runs all triggers. Without anything to wait for, all of it happens within this call.</summary>
    public void Fire()
    {
        int firing = ++_firing;
        _isWaiting = false;
        _finishedBefore.Clear();
        List<Task> waiting = [];
        List<SystemEventTrigger> before = _phases[(int)SystemEventPhase.Before];
        while (before.Count > 0)
        {
            SystemEventTrigger trigger = before[0];
            before.RemoveAt(0);
            _finishedBefore.Add(trigger);
            if (Call(trigger) is { } task)
            {
                waiting.Add(WatchAsync(task));
            }
        }

        Task all = Task.WhenAll(waiting);
        if (all.IsCompleted)
        {
            Continue(firing);
        }
        else if (firing == _firing)
        {
            _isWaiting = true;
            _ = ContinueLaterAsync(all, firing);
        }
    }

    /// <summary>Gives up a firing that still waits: its later phases do not run (CORE-33).</summary>
    public void Drop()
    {
        _firing++;
        _isWaiting = false;
        OnDone = null;
        _finishedBefore.Clear();
    }

    /// <summary>Runs the later phases of a firing that still waits, without what it waits for.</summary>
    /// <returns>Whether there was one.</returns>
    public bool StopWaiting()
    {
        if (!_isWaiting)
        {
            return false;
        }

        Continue(++_firing);
        return true;
    }

    private async Task ContinueLaterAsync(Task all, int firing)
    {
        await all.ConfigureAwait(true);
        Continue(firing);
    }

    private void Continue(int firing)
    {
        if (firing != _firing)
        {
            return;
        }

        _isWaiting = false;
        _finishedBefore.Clear();
        Action? onDone = OnDone;
        OnDone = null; // A trigger of the later phases that fires the event once more is not its end.
        atDuring?.Invoke();
        RunAll(SystemEventPhase.During);
        RunAll(SystemEventPhase.After);
        onDone?.Invoke();
    }

    // A trigger may remove a later one, so the list is looked at anew each time.
    private void RunAll(SystemEventPhase phase)
    {
        List<SystemEventTrigger> triggers = _phases[(int)phase];
        while (triggers.Count > 0)
        {
            SystemEventTrigger trigger = triggers[0];
            triggers.RemoveAt(0);
            Call(trigger);
        }
    }

    private Task? Call(SystemEventTrigger trigger)
    {
        try
        {
            return trigger.Call();
        }
        catch (Exception exception)
        {
            context.LogError($"A trigger {trigger.Phase.ToString().ToLowerInvariant()} {type} failed", exception);
            return null;
        }
    }

    private async Task WatchAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(true);
        }
        catch (Exception exception)
        {
            context.LogError($"What a trigger before {type} waited for failed", exception);
        }
    }
}
