namespace Spindle.Loops;

/// <summary>The objects that wait for the end of the turn, linked through themselves: adding allocates nothing.</summary>
internal sealed class TurnEndList
{
    private ITurnEnd? _first;
    private ITurnEnd? _last;

    public bool IsEmpty => _first is null;

    /// <summary>Adds an object; one that waits already keeps its place.</summary>
    public void Add(ITurnEnd item)
    {
        if (item.NextAtTurnEnd is not null)
        {
            return;
        }

        item.NextAtTurnEnd = End.Instance; // Not null: that says that it waits.
        if (_last is null)
        {
            _first = item;
        }
        else
        {
            _last.NextAtTurnEnd = item;
        }

        _last = item;
    }

    /// <summary>Empties the list.</summary>
    /// <returns>What was first, to be walked with <see cref="Take"/>; null if it was empty.</returns>
    public ITurnEnd? TakeAll()
    {
        ITurnEnd? first = _first;
        _first = _last = null;
        return first;
    }

    /// <summary>Unlinks an object of a walk, so that it may be added again.</summary>
    /// <returns>The one after it, or null.</returns>
    public static ITurnEnd? Take(ITurnEnd item)
    {
        ITurnEnd? next = item.NextAtTurnEnd;
        item.NextAtTurnEnd = null;
        return ReferenceEquals(next, End.Instance) ? null : next;
    }

    private sealed class End : ITurnEnd
    {
        public static readonly End Instance = new();

        public ITurnEnd? NextAtTurnEnd { get; set; }

        public void OnTurnEnd()
        {
        }
    }
}
