namespace Spindle.Threads;

/// <summary>Calls in other threads as tasks, and calls from other threads that wait for their result.</summary>
/// <remarks>
/// <para>
/// The tasks are completed in the reactor's thread: a waiter that came from there goes on there, in a later turn. When the
/// reactor has stopped, tasks that are not done by then fail with <see cref="ReactorNotRunningException"/>; what their
/// calls still bring is dropped.
/// </para>
/// <para>
/// A token may be cancelled on any thread. Its task is then cancelled at once. A call that no thread has begun is not made;
/// one that goes on is not interrupted, and its result is dropped.
/// </para>
/// <para>
/// What is called in another thread is meant to block. It runs in the caller's execution context without a synchronization
/// context; asynchronous work belongs on the loop (<c>Spawn</c>).
/// </para>
/// <para>Thread: that of the reactor for <c>DeferToThread</c> and <c>CallMultipleInThread</c>; any for the others.</para>
/// <para>Source: Twisted's <c>internet/threads.py</c>.</para>
/// </remarks>
public static class ThreadCalls
{
    /// <summary>Makes a call in a thread of the reactor's pool.</summary>
    /// <param name="reactor">The reactor. Before it runs the call waits.</param>
    /// <param name="call">The call.</param>
    /// <returns>Done when the call has returned; fails with what it throws.</returns>
    public static Task DeferToThread(this IReactorThreads reactor, Action call) => reactor.DeferToThread(call, CancellationToken.None);

    /// <inheritdoc cref="DeferToThread(IReactorThreads, Action)"/>
    /// <param name="reactor">The reactor. Before it runs the call waits.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    public static Task DeferToThread(this IReactorThreads reactor, Action call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return reactor.DeferToThreadPool(reactor.GetThreadPool(), call, cancellationToken);
    }

    /// <inheritdoc cref="DeferToThread(IReactorThreads, Action)"/>
    /// <returns>The call's result; fails with what it throws.</returns>
    public static Task<T> DeferToThread<T>(this IReactorThreads reactor, Func<T> call) => reactor.DeferToThread(call, CancellationToken.None);

    /// <inheritdoc cref="DeferToThread(IReactorThreads, Action, CancellationToken)"/>
    /// <returns>The call's result; fails with what it throws.</returns>
    public static Task<T> DeferToThread<T>(this IReactorThreads reactor, Func<T> call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return reactor.DeferToThreadPool(reactor.GetThreadPool(), call, cancellationToken);
    }

    /// <summary>Makes a call in a thread of another pool.</summary>
    /// <param name="reactor">The reactor, in whose thread the task is completed.</param>
    /// <param name="pool">The pool. If it was stopped the task fails with <see cref="InvalidOperationException"/>; if it is stopped before it was ever started, with <see cref="OperationCanceledException"/>.</param>
    /// <param name="call">The call.</param>
    /// <returns>Done when the call has returned; fails with what it throws.</returns>
    public static Task DeferToThreadPool(this IReactorFromThreads reactor, IReactorThreadPool pool, Action call) =>
        reactor.DeferToThreadPool(pool, call, CancellationToken.None);

    /// <inheritdoc cref="DeferToThreadPool(IReactorFromThreads, IReactorThreadPool, Action)"/>
    /// <param name="reactor">The reactor, in whose thread the task is completed.</param>
    /// <param name="pool">The pool. If it was stopped the task fails with <see cref="InvalidOperationException"/>; if it is stopped before it was ever started, with <see cref="OperationCanceledException"/>.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    public static Task DeferToThreadPool(this IReactorFromThreads reactor, IReactorThreadPool pool, Action call, CancellationToken cancellationToken) =>
        reactor.DeferToThreadPool(pool, AsFunction(call), cancellationToken);

    /// <inheritdoc cref="DeferToThreadPool(IReactorFromThreads, IReactorThreadPool, Action)"/>
    /// <returns>The call's result; fails with what it throws.</returns>
    public static Task<T> DeferToThreadPool<T>(this IReactorFromThreads reactor, IReactorThreadPool pool, Func<T> call) =>
        reactor.DeferToThreadPool(pool, call, CancellationToken.None);

    /// <inheritdoc cref="DeferToThreadPool(IReactorFromThreads, IReactorThreadPool, Action, CancellationToken)"/>
    /// <returns>The call's result; fails with what it throws.</returns>
    public static Task<T> DeferToThreadPool<T>(this IReactorFromThreads reactor, IReactorThreadPool pool, Func<T> call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(call);
        return ThreadCall<T>.Start(reactor, pool, call, cancellationToken);
    }

    /// <summary>Makes several calls one after the other in one thread of the reactor's pool. The first that fails is the last.</summary>
    /// <param name="reactor">The reactor. Before it runs the calls wait.</param>
    /// <param name="calls">The calls; the list is copied.</param>
    /// <returns>Done when all have returned; fails with what one of them throws.</returns>
    public static Task CallMultipleInThread(this IReactorThreads reactor, IEnumerable<Action> calls) =>
        reactor.CallMultipleInThread(calls, CancellationToken.None);

    /// <inheritdoc cref="CallMultipleInThread(IReactorThreads, IEnumerable{Action})"/>
    /// <param name="reactor">The reactor. Before it runs the calls wait.</param>
    /// <param name="calls">The calls; the list is copied.</param>
    /// <param name="cancellationToken">Ends the wait for them; those that have not begun are not made.</param>
    public static Task CallMultipleInThread(this IReactorThreads reactor, IEnumerable<Action> calls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        Action[] all = [.. calls];
        return reactor.DeferToThread(
            () =>
            {
                foreach (Action call in all)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    call();
                }
            },
            cancellationToken);
    }

    /// <summary>Makes a call in the reactor's thread and waits for it. Before the reactor runs it waits for that, too.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="call">The call. What it throws is thrown here.</param>
    /// <exception cref="InvalidOperationException">This is the reactor's own thread, which would wait for itself.</exception>
    /// <exception cref="ReactorNotRunningException">The reactor has stopped, before the call or before it was over.</exception>
    public static void BlockingCallFromThread(this IReactorFromThreads reactor, Action call) =>
        reactor.BlockingCallFromThread(AsFunction(call));

    /// <inheritdoc cref="BlockingCallFromThread(IReactorFromThreads, Action)"/>
    /// <returns>The call's result.</returns>
    public static T BlockingCallFromThread<T>(this IReactorFromThreads reactor, Func<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return BlockingCall<T>.Make(reactor, () => Task.FromResult(call()));
    }

    /// <summary>Starts asynchronous work in the reactor's thread and waits until it is done. Before the reactor runs it waits for that, too.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="call">The work. What it fails with is thrown here.</param>
    /// <exception cref="InvalidOperationException">This is the reactor's own thread, which would wait for itself.</exception>
    /// <exception cref="ReactorNotRunningException">The reactor has stopped, before the work or before it was done.</exception>
    public static void BlockingCallFromThread(this IReactorFromThreads reactor, Func<Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        BlockingCall<bool>.Make(
            reactor,
            async () =>
            {
                await call().ConfigureAwait(true);
                return true;
            });
    }

    /// <inheritdoc cref="BlockingCallFromThread(IReactorFromThreads, Func{Task})"/>
    /// <returns>The work's result.</returns>
    public static T BlockingCallFromThread<T>(this IReactorFromThreads reactor, Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return BlockingCall<T>.Make(reactor, call);
    }

    private static Func<bool> AsFunction(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return () =>
        {
            call();
            return true;
        };
    }
}
