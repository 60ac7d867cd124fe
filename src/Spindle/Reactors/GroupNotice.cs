namespace Spindle.Reactors;

/// <summary>Tells every reactor of a group something, and then, when all that are left have heard it, goes on.</summary>
/// <param name="notice">What each is to do.</param>
/// <param name="audience">How many there are.</param>
/// <param name="whenAllHaveHeard">Called once, on the thread of the last.</param>
internal sealed class GroupNotice(Action<AsyncSelectorReactor> notice, int audience, Action whenAllHaveHeard) : IGroupWork
{
    private int _left = audience;

    public void Run(ReactorGroupMember member)
    {
        try
        {
            notice(member.Reactor);
        }
        finally
        {
            Heard();
        }
    }

    public void Drop(ReactorGroupMember member) => Heard();

    private void Heard()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            whenAllHaveHeard();
        }
    }
}
