using Spindle.Timing;

namespace Spindle;

/// <summary>Calls that are made later, as tasks.</summary>
/// <remarks>
/// <para>
/// A token may be cancelled on any thread. Its task is then cancelled at once, and the function is not called any more; a
/// function that is being called already goes on, and its result counts.
/// </para>
/// <example>
/// <code>
/// await reactor.DeferLater(TimeSpan.FromSeconds(2));
/// int answer = await reactor.DeferLater(TimeSpan.FromSeconds(2), () => 42);
/// </code>
/// </example>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/task.py</c>, <c>deferLater</c>.</para>
/// </remarks>
public static class LaterCalls
{
    /// <summary>Waits.</summary>
    /// <param name="clock">A reactor, in a test a manual clock.</param>
    /// <param name="delay">Zero or more. Zero means a later pass of the reactor.</param>
    /// <returns>Done when the time has come.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public static Task DeferLater(this IReactorTime clock, TimeSpan delay) => clock.DeferLater(delay, CancellationToken.None);

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan)"/>
    /// <param name="clock">A reactor, in a test a manual clock.</param>
    /// <param name="delay">Zero or more. Zero means a later pass of the reactor.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task DeferLater(this IReactorTime clock, TimeSpan delay, CancellationToken cancellationToken) =>
        LaterCall<bool>.Start(clock, delay, static () => true, cancellationToken);

    /// <summary>Calls a function later.</summary>
    /// <param name="clock">A reactor, in a test a manual clock.</param>
    /// <param name="delay">Zero or more. Zero means a later pass of the reactor.</param>
    /// <param name="function">The function.</param>
    /// <returns>Done when the function has returned; fails with what it throws.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public static Task DeferLater(this IReactorTime clock, TimeSpan delay, Action function) =>
        clock.DeferLater(delay, function, CancellationToken.None);

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan, Action)"/>
    /// <param name="clock">A reactor, in a test a manual clock.</param>
    /// <param name="delay">Zero or more. Zero means a later pass of the reactor.</param>
    /// <param name="function">The function.</param>
    /// <param name="cancellationToken">Prevents the call.</param>
    public static Task DeferLater(this IReactorTime clock, TimeSpan delay, Action function, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(function);
        return LaterCall<bool>.Start(
            clock,
            delay,
            () =>
            {
                function();
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan, Action)"/>
    /// <returns>The function's result; fails with what it throws.</returns>
    public static Task<T> DeferLater<T>(this IReactorTime clock, TimeSpan delay, Func<T> function) =>
        clock.DeferLater(delay, function, CancellationToken.None);

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan, Action, CancellationToken)"/>
    /// <returns>The function's result; fails with what it throws.</returns>
    public static Task<T> DeferLater<T>(this IReactorTime clock, TimeSpan delay, Func<T> function, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(function);
        return LaterCall<T>.Start(clock, delay, function, cancellationToken);
    }

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan, Action)"/>
    /// <returns>Ends as the function's task does.</returns>
    public static Task DeferLater(this IReactorTime clock, TimeSpan delay, Func<Task> function) =>
        clock.DeferLater(delay, function, CancellationToken.None);

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan, Action, CancellationToken)"/>
    /// <returns>Ends as the function's task does.</returns>
    public static Task DeferLater(this IReactorTime clock, TimeSpan delay, Func<Task> function, CancellationToken cancellationToken) =>
        clock.DeferLater<Task>(delay, function, cancellationToken).Unwrap();

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan, Action)"/>
    /// <returns>Ends as the function's task does.</returns>
    public static Task<T> DeferLater<T>(this IReactorTime clock, TimeSpan delay, Func<Task<T>> function) =>
        clock.DeferLater(delay, function, CancellationToken.None);

    /// <inheritdoc cref="DeferLater(IReactorTime, TimeSpan, Action, CancellationToken)"/>
    /// <returns>Ends as the function's task does.</returns>
    public static Task<T> DeferLater<T>(this IReactorTime clock, TimeSpan delay, Func<Task<T>> function, CancellationToken cancellationToken) =>
        clock.DeferLater<Task<T>>(delay, function, cancellationToken).Unwrap();
}
