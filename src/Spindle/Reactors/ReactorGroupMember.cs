using Spindle.Descriptors;
using Spindle.Loops;

namespace Spindle.Reactors;

/// <summary>One reactor of a group, on a thread of its own, and what others have asked it to do.</summary>
internal sealed class ReactorGroupMember(ReactorGroup group, int index, AsyncSelectorReactor reactor)
{
    private readonly Lock _lock = new();
    private Queue<IGroupWork>? _inbox = new(); // Null once the reactor has ended.

    public int Index => index;

    public AsyncSelectorReactor Reactor => reactor;

    public IDescriptorHost Host => reactor;

    /// <summary>Hands work over. What is posted first is done first.</summary>
    /// <returns>False if the reactor has ended; the work is then the caller's again.</returns>
    public bool TryPost(IGroupWork work)
    {
        lock (_lock)
        {
            if (_inbox is null)
            {
                return false;
            }

            // The loop is open as long as the inbox is there.
            _inbox.Enqueue(work);
            ((SelectorEventLoop)reactor.EventLoop).Post(static state => ((ReactorGroupMember)state!).DoNext(), this);
            return true;
        }
    }

    /// <summary>Makes a call on the reactor's thread.</summary>
    public Task<T> CallAsync<T>(Func<AsyncSelectorReactor, T> call)
    {
        GroupCall<T> work = new(call);
        if (!TryPost(work))
        {
            work.Drop(this);
        }

        return work.Result;
    }

    /// <summary>The reactor's thread: sets it up, runs it, and lets go of it.</summary>
    public void Live(Func<AsyncSelectorReactor, Task> setUp)
    {
        Exception? failure = null;
        try
        {
            reactor.CallWhenRunning(() => reactor.Spawn(() => SetUpAsync(setUp)));
            reactor.Run(installSignalHandlers: false);
        }
        catch (Exception death)
        {
            failure = death;
        }

        CloseInbox();
        try
        {
            reactor.Dispose();
        }
        catch (Exception alsoDead)
        {
            failure ??= alsoDead;
        }

        group.MemberEnded(this, failure);
    }

    /// <summary>Lets go of a reactor that was never run.</summary>
    public void Dispose()
    {
        CloseInbox();
        reactor.Dispose();
    }

    private async Task SetUpAsync(Func<AsyncSelectorReactor, Task> setUp)
    {
        try
        {
            group.MemberStarts(this);
            await setUp(reactor).ConfigureAwait(true);
            group.MemberStarted();
        }
        catch (Exception failure)
        {
            group.MemberFailedToStart(failure);
        }
    }

    private void DoNext()
    {
        IGroupWork work;
        lock (_lock)
        {
            if (_inbox is null || !_inbox.TryDequeue(out work!))
            {
                return;
            }
        }

        work.Run(this);
    }

    private void CloseInbox()
    {
        Queue<IGroupWork> left;
        lock (_lock)
        {
            left = _inbox ?? [];
            _inbox = null;
        }

        foreach (IGroupWork work in left)
        {
            work.Drop(this);
        }
    }
}
