using System.Runtime.ExceptionServices;

namespace Spindle.Loops;

/// <summary>Brings continuations back to a loop.</summary>
internal sealed class LoopSynchronizationContext(SelectorEventLoop loop) : SynchronizationContext
{
    private List<ReadyQueue.Entry>? _held;

    /// <summary>Holds back what is posted on the loop's thread, until <see cref="ReleasePosts"/>.</summary>
    public void HoldPosts() => _held ??= [];

    /// <summary>Posts what was held back in the order of the awaits: the runtime gave the first one last.</summary>
    public void ReleasePosts()
    {
        List<ReadyQueue.Entry>? held = _held;
        _held = null;
        if (held is null or [])
        {
            return;
        }

        for (int i = 0; i < held.Count; i++)
        {
            ReadyQueue.Entry entry = held[(i + held.Count - 1) % held.Count];
            Post((SendOrPostCallback)entry.Target, entry.State);
        }
    }

    /// <summary>
    /// Queues a callback: on the loop's thread without a wake-up. On a closed loop it is dropped and said so, for an
    /// exception here would end the process on whatever thread completed the awaited work.
    /// </summary>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (_held is { } held && loop.IsOnLoopThread)
        {
            held.Add(new ReadyQueue.Entry(d, state));
            return;
        }

        try
        {
            loop.Post(d, state);
        }
        catch (ObjectDisposedException)
        {
            LoopLog.PostDropped(loop.Logger, LoopErrors.NameOf(d));
        }
    }

    /// <summary>Runs a callback inline on the loop's thread; from another one, waits for the loop to run it.</summary>
    /// <exception cref="ObjectDisposedException">The loop is closed.</exception>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        ObjectDisposedException.ThrowIf(loop.IsClosed, loop);
        if (loop.IsRunning && loop.CheckAccess())
        {
            d(state);
            return;
        }

        ManualResetEventSlim done = new(); // Not disposed of: the loop may set it when we have given up.
        ExceptionDispatchInfo? failure = null;
        loop.Post(
            _ =>
            {
                try
                {
                    d(state);
                }
                catch (Exception exception)
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }

                done.Set();
            },
            null);
        try
        {
            done.Wait(loop.Closed);
        }
        catch (OperationCanceledException)
        {
            // Closing does not undo what has run.
            ObjectDisposedException.ThrowIf(!done.IsSet, loop);
        }

        failure?.Throw();
    }

    public override SynchronizationContext CreateCopy() => this;
}
