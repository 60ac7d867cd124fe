using System.Threading.Tasks.Sources;

namespace Spindle.Loops;

/// <summary>Something of the loop's that one waiter awaits without a task (design I10 (c)).</summary>
/// <remarks>
/// The loop resumes the waiter inline: with its own context current if the waiter asked for that, with none if not. What
/// a user's call completes resumes the waiter in the next turn, never within that call.
/// </remarks>
internal sealed class LoopAwaitable(SelectorEventLoop loop) : IValueTaskSource
{
    private Action<object?>? _continuation;
    private object? _state;
    private ExecutionContext? _execution;
    private Exception? _failure;
    private bool _wantsContext;
    private bool _isCompleted;
    private bool _isTaken;

    public ValueTask Task => new(this, 0);

    public bool IsCompleted => _isCompleted;

    public ValueTaskSourceStatus GetStatus(short token) => (_isCompleted, _failure) switch
    {
        (false, _) => ValueTaskSourceStatus.Pending,
        (true, null) => ValueTaskSourceStatus.Succeeded,
        (true, OperationCanceledException) => ValueTaskSourceStatus.Canceled,
        (true, _) => ValueTaskSourceStatus.Faulted,
    };

    public void GetResult(short token)
    {
        if (!_isCompleted || _isTaken)
        {
            throw new InvalidOperationException("A ValueTask is awaited once, and its result is taken when it is there.");
        }

        _isTaken = true;
        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (_continuation is not null)
        {
            throw new InvalidOperationException("A ValueTask is awaited once.");
        }

        _continuation = continuation;
        _state = state;
        _execution = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? ExecutionContext.Capture() : null;
        _wantsContext = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0 && SynchronizationContext.Current is not null;
        if (_isCompleted)
        {
            ResumeLater();
        }
    }

    /// <summary>The loop completes it, outside any call of a user.</summary>
    public void CompleteInline()
    {
        _isCompleted = true;
        if (_continuation is not null)
        {
            Resume();
        }
    }

    /// <summary>A user's call completes it.</summary>
    public void Fail(Exception failure)
    {
        _failure = failure;
        _isCompleted = true;
        if (_continuation is not null)
        {
            ResumeLater();
        }
    }

    private void ResumeLater() => loop.Post(static source => ((LoopAwaitable)source!).Resume(), this);

    // The loop restores its contexts after the callback that this is part of.
    private void Resume()
    {
        SynchronizationContext.SetSynchronizationContext(_wantsContext ? loop.SynchronizationContext : null);
        if (_execution is null)
        {
            _continuation!(_state);
        }
        else
        {
            ExecutionContext.Run(_execution, static source => ((LoopAwaitable)source!).Continue(), this);
        }
    }

    private void Continue() => _continuation!(_state);
}
