using Spindle.Selectors;

namespace Spindle.Loops;

/// <content>Awaiting a descriptor.</content>
public sealed partial class SelectorEventLoop
{
    /// <inheritdoc/>
    public ValueTask WaitReadableAsync(int fd, CancellationToken cancellationToken = default) =>
        WaitAsync(fd, Interest.Read, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WaitWritableAsync(int fd, CancellationToken cancellationToken = default) =>
        WaitAsync(fd, Interest.Write, cancellationToken);

    private ValueTask WaitAsync(int fd, Interest direction, CancellationToken cancellationToken)
    {
        EnsureCanSchedule(nameof(CallSoonThreadSafe));
        cancellationToken.ThrowIfCancellationRequested();
        if ((Present(fd) & direction) != 0)
        {
            throw new InvalidOperationException($"Descriptor {fd} is watched for this direction already; one waits at a time.");
        }

        DescriptorWait wait = new(this, fd, direction);
        wait.Start(cancellationToken);
        return wait.Awaitable.Task;
    }

    /// <summary>One wait for one descriptor.</summary>
    private sealed class DescriptorWait(SelectorEventLoop loop, int fd, Interest direction)
    {
        private CancellationTokenRegistration _cancellation;

        public LoopAwaitable Awaitable { get; } = new(loop);

        public void Start(CancellationToken token)
        {
            Action<object?> onReady = static wait => ((DescriptorWait)wait!).Ready();
            if (direction == Interest.Read)
            {
                loop.AddReader(fd, onReady, this);
            }
            else
            {
                loop.AddWriter(fd, onReady, this);
            }

            // A token may be cancelled on any thread.
            _cancellation = token.UnsafeRegister(static (wait, cancelled) => ((DescriptorWait)wait!).Cancel(cancelled), this);
        }

        private void Ready()
        {
            Stop();
            _cancellation.Unregister();
            Awaitable.CompleteInline();
        }

        private void Cancel(CancellationToken token)
        {
            if (loop.IsOnLoopThread)
            {
                CancelOnLoop(token);
            }
            else
            {
                loop.SynchronizationContext.Post(_ => CancelOnLoop(token), null);
            }
        }

        private void CancelOnLoop(CancellationToken token)
        {
            if (!Awaitable.IsCompleted)
            {
                Stop();
                Awaitable.Fail(new OperationCanceledException(token));
            }
        }

        private void Stop()
        {
            if (direction == Interest.Read)
            {
                loop.RemoveReader(fd);
            }
            else
            {
                loop.RemoveWriter(fd);
            }
        }
    }
}
