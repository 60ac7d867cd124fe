using Spindle.Loops;

namespace Spindle;

/// <summary>Runs a program on a reactor, from its beginning to its end.</summary>
/// <remarks>
/// <para>
/// The reactor is stopped once, when the program's task is done, unless the program or a signal has stopped it before. If
/// SIGINT or SIGTERM did, the process dies of that signal after the shutdown, as its parent expects; then the methods do not
/// return.
/// </para>
/// <example>
/// <code>
/// return React.Run(async reactor =>
/// {
///     reactor.ListenTcp(7000, Factory.For&lt;Echo&gt;());
///     await reactor.DeferLater(TimeSpan.FromMinutes(1));
/// });
/// </code>
/// </example>
/// <para>Thread: any that runs no event loop; it becomes the reactor's.</para>
/// <para>
/// Source: Twisted's <c>internet/task.py</c>, <c>react</c>. The program starts on the running reactor, so that its awaits
/// come back there; it ends with an exit code by its result or by an <see cref="ExitException"/>, and the caller returns
/// that from its own main.
/// </para>
/// </remarks>
public static class React
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <summary>Runs a program on a reactor of its own.</summary>
    /// <param name="main">The program; it starts when the reactor runs.</param>
    /// <returns>The exit code: 0, or 1 if the program failed, or that of an <see cref="ExitException"/>. A failure is logged. 0 if the reactor was stopped before the program ended.</returns>
    public static int Run(Func<AsyncSelectorReactor, Task> main)
    {
        using AsyncSelectorReactor reactor = new(new EventLoopOptions());
        return Run(main, reactor);
    }

    /// <summary>Runs a program on a reactor of its own.</summary>
    /// <param name="main">The program; it starts when the reactor runs. Its result is the exit code.</param>
    /// <returns>The program's result, or 1 if it failed, or that of an <see cref="ExitException"/>. A failure is logged. 0 if the reactor was stopped before the program ended.</returns>
    public static int Run(Func<AsyncSelectorReactor, Task<int>> main)
    {
        using AsyncSelectorReactor reactor = new(new EventLoopOptions());
        return Run(main, reactor);
    }

    /// <summary>Runs a program on a given reactor, which is not disposed of.</summary>
    /// <param name="main">The program; it starts when the reactor runs.</param>
    /// <param name="reactor">The reactor; it has not run yet.</param>
    /// <returns>The exit code: 0, or 1 if the program failed, or that of an <see cref="ExitException"/>. A failure is logged. 0 if the reactor was stopped before the program ended.</returns>
    /// <exception cref="ReactorAlreadyRunningException">The reactor runs already.</exception>
    /// <exception cref="ReactorNotRestartableException">The reactor was stopped before.</exception>
    public static int Run(Func<AsyncSelectorReactor, Task> main, AsyncSelectorReactor reactor)
    {
        ArgumentNullException.ThrowIfNull(main);
        return Run(
            async given =>
            {
                await main(given).ConfigureAwait(true);
                return Success;
            },
            reactor);
    }

    /// <inheritdoc cref="Run(Func{AsyncSelectorReactor, Task}, AsyncSelectorReactor)"/>
    /// <param name="main">The program; it starts when the reactor runs. Its result is the exit code.</param>
    /// <param name="reactor">The reactor; it has not run yet.</param>
    /// <returns>The program's result, or 1 if it failed, or that of an <see cref="ExitException"/>. A failure is logged. 0 if the reactor was stopped before the program ended.</returns>
    public static int Run(Func<AsyncSelectorReactor, Task<int>> main, AsyncSelectorReactor reactor)
    {
        ArgumentNullException.ThrowIfNull(main);
        ArgumentNullException.ThrowIfNull(reactor);
        if (reactor.IsRunning)
        {
            throw new ReactorAlreadyRunningException();
        }

        Task<int>? program = null;
        reactor.CallWhenRunning(() => program = RunMain(main, reactor));
        reactor.Run();
        if (program is { IsCompleted: false })
        {
            // What the shutdown brought to an end, the program may have waited for: it has a last turn to say how it ends.
            reactor.EventLoop.Stop();
            reactor.EventLoop.RunForever();
        }

        reactor.DieOfExitSignal();
        return program is { IsCompleted: true } ? program.Result : Success;
    }

    private static async Task<int> RunMain(Func<AsyncSelectorReactor, Task<int>> main, AsyncSelectorReactor reactor)
    {
        int code;
        try
        {
            code = await main(reactor).ConfigureAwait(true);
        }
        catch (ExitException exit)
        {
            code = exit.ExitCode;
        }
        catch (Exception exception)
        {
            code = Failure;
            reactor.EventLoop.CallExceptionHandler(new LoopError("The main function failed", exception));
        }

        Stop(reactor);
        return code;
    }

    // It may have been stopped before, by the program or by a signal; then the end of the program ends nothing more.
    private static void Stop(AsyncSelectorReactor reactor)
    {
        try
        {
            reactor.Stop();
        }
        catch (ReactorNotRunningException)
        {
            // See above.
        }
    }
}
