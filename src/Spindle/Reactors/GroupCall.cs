namespace Spindle.Reactors;

/// <summary>A call on a reactor of a group, for whoever waits for its result.</summary>
internal sealed class GroupCall<T>(Func<AsyncSelectorReactor, T> call) : IGroupWork
{
    // Waiters of another thread must not be run by the reactor's.
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public void Run(ReactorGroupMember member)
    {
        T value;
        try
        {
            value = call(member.Reactor);
        }
        catch (Exception failure)
        {
            _result.SetException(failure);
            return;
        }

        _result.SetResult(value);
    }

    public void Drop(ReactorGroupMember member) => _result.SetException(new ReactorNotRunningException());
}
