namespace Spindle.Loops;

/// <summary>Something to be done once when the present turn of the loop ends, after all its callbacks have run.</summary>
/// <remarks>Thread: the loop's.</remarks>
public interface ITurnEnd
{
    /// <summary>The loop's link to the next in line: keep it in a field, initially null, and leave it alone.</summary>
    ITurnEnd? NextAtTurnEnd { get; set; }

    /// <summary>The turn has ended.</summary>
    void OnTurnEnd();
}
