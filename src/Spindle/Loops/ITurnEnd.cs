namespace Spindle.Loops;

/// <summary>Something to be done once when the present turn of the loop ends, after all its callbacks have run.</summary>
/// <remarks>
/// <para>In a turn with more than 64 ready descriptors also after each 64 of them: what they wrote is sent while it is still in the processor's cache.</para>
/// <para>Thread: the loop's.</para>
/// </remarks>
public interface ITurnEnd
{
    /// <summary>The loop's link to the next in line: keep it in a field, initially null, and leave it alone.</summary>
    ITurnEnd? NextAtTurnEnd { get; set; }

    /// <summary>The turn has ended.</summary>
    void OnTurnEnd();
}
