using Spindle.Loops;
using Spindle.Reactors;

namespace Spindle;

/// <summary>Finds the reactor of this thread, and the one of the process.</summary>
/// <remarks>
/// <para>
/// The reactor of the process is for code that comes from Twisted and expects one. The library never reads it; new code is
/// handed its reactor, or asks for <see cref="Current"/>.
/// </para>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>internet/reactor.py</c>, <c>internet/main.py</c> and <c>asyncioreactor.install</c>.</para>
/// </remarks>
public static class Reactor
{
    private static readonly InstalledReactor Installed = new();

    /// <summary>The reactor on the event loop that runs on this thread.</summary>
    /// <exception cref="InvalidOperationException">No event loop runs on this thread, or its loop has no reactor.</exception>
    public static AsyncSelectorReactor Current
    {
        get
        {
            if (EventLoop.Current is not SelectorEventLoop loop)
            {
                throw new InvalidOperationException(
                    $"No event loop runs on this thread. From another thread, reach a reactor by its {nameof(IReactorFromThreads.CallFromThread)}.");
            }

            return loop.Reactor as AsyncSelectorReactor ?? throw new InvalidOperationException(
                $"The event loop of this thread has no reactor; new {nameof(AsyncSelectorReactor)}() makes one on it. "
                + $"A reactor of another thread is reached by its {nameof(IReactorFromThreads.CallFromThread)}.");
        }
    }

    /// <summary>The reactor of the process. If none was installed, one is made and installed: on the loop that runs on this thread, else on one of its own.</summary>
    public static AsyncSelectorReactor Default => Installed.GetOrMake();

    /// <summary>Makes the reactor of the process, on the loop that runs on this thread, else on one of its own. It stays for the life of the process.</summary>
    /// <exception cref="ReactorAlreadyInstalledException">There is one.</exception>
    public static AsyncSelectorReactor Install() => Installed.Install(static () => new AsyncSelectorReactor());

    /// <summary>Makes the reactor of the process, on a given loop.</summary>
    /// <exception cref="ReactorAlreadyInstalledException">There is one.</exception>
    /// <exception cref="ArgumentException">The loop is not one on a selector.</exception>
    /// <exception cref="InvalidOperationException">The loop has a reactor already, or runs in another thread.</exception>
    public static AsyncSelectorReactor Install(IEventLoop loop) => Installed.Install(() => new AsyncSelectorReactor(loop));

    /// <summary>Makes a given reactor that of the process.</summary>
    /// <exception cref="ReactorAlreadyInstalledException">There is one.</exception>
    public static void Install(AsyncSelectorReactor reactor)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        Installed.Install(() => reactor);
    }
}
