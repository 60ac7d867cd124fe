using Spindle.Loops;

namespace Spindle;

/// <summary>Runs a program on an event loop, and finds the loop that runs.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: <c>asyncio.run</c> and <c>asyncio.get_running_loop</c>.</para>
/// </remarks>
public static class EventLoop
{
    [ThreadStatic]
    private static IEventLoop? _current;

    /// <summary>The loop that runs on this thread, or null.</summary>
    public static IEventLoop? Current
    {
        get => _current;
        internal set => _current = value;
    }

    /// <summary>Runs asynchronous work on a new loop on this thread, closes the loop, and returns.</summary>
    /// <param name="main">The work; when it is done the loop is closed, whatever else it had to do.</param>
    /// <exception cref="InvalidOperationException">A loop runs on this thread already.</exception>
    public static void Run(Func<Task> main) => Run(main, new EventLoopOptions());

    /// <inheritdoc cref="Run(Func{Task})"/>
    /// <param name="main">The work; when it is done the loop is closed, whatever else it had to do.</param>
    /// <param name="options">How the loop is to be made.</param>
    public static void Run(Func<Task> main, EventLoopOptions options)
    {
        using SelectorEventLoop loop = new(options);
        loop.RunUntilComplete(main);
    }

    /// <inheritdoc cref="Run(Func{Task})"/>
    /// <returns>The work's result; its exception is thrown.</returns>
    public static T Run<T>(Func<Task<T>> main) => Run(main, new EventLoopOptions());

    /// <inheritdoc cref="Run{T}(Func{Task{T}})"/>
    /// <param name="main">The work; when it is done the loop is closed, whatever else it had to do.</param>
    /// <param name="options">How the loop is to be made.</param>
    public static T Run<T>(Func<Task<T>> main, EventLoopOptions options)
    {
        using SelectorEventLoop loop = new(options);
        return loop.RunUntilComplete(main);
    }
}
