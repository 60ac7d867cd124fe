using Spindle.Loops;

namespace Spindle.Tests.Support;

/// <summary>Does something at the end of a turn.</summary>
internal sealed class TurnEnd(Action<TurnEnd> action) : ITurnEnd
{
    public ITurnEnd? NextAtTurnEnd { get; set; }

    /// <summary>How often it was told.</summary>
    public int Count { get; private set; }

    public void OnTurnEnd()
    {
        Count++;
        action(this);
    }
}
