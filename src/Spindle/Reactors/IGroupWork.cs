namespace Spindle.Reactors;

/// <summary>Something that one reactor of a group is to do for another thread.</summary>
internal interface IGroupWork
{
    /// <summary>Does it. Thread: the reactor's.</summary>
    void Run(ReactorGroupMember member);

    /// <summary>The reactor has ended before it came to this. Thread: any.</summary>
    void Drop(ReactorGroupMember member);
}
