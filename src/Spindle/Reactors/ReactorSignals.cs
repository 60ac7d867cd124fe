using Spindle.Loops;

namespace Spindle.Reactors;

/// <summary>SIGINT and SIGTERM while a reactor runs (CORE-60, 61, 65).</summary>
/// <remarks>Several reactors of a process hear each signal, and so does whoever else has asked the runtime for it.</remarks>
internal sealed class ReactorSignals(SelectorEventLoop loop, Action<int> onSignal)
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;

    private readonly List<Installed> _installed = [];

    public static string NameOf(int signal) => signal switch
    {
        SIGINT => "SIGINT",
        SIGTERM => "SIGTERM",
        _ => $"signal {signal}",
    };

    /// <exception cref="InvalidOperationException">A signal cannot be caught.</exception>
    public void Install()
    {
        // SIGINT is someone else's if the process ignores it, as the background jobs of a shell do, or if the loop has a
        // handler; SIGTERM is always taken.
        if (!loop.Kernel.Signals.IsIgnored(SIGINT) && loop.SignalHandlerOf(SIGINT) is null)
        {
            Install(SIGINT);
        }

        Install(SIGTERM);
    }

    /// <summary>Gives each signal back to whoever had it, unless another has taken it since.</summary>
    public void Uninstall()
    {
        foreach ((int signal, Action ours, Action? previous) in _installed)
        {
            if (!ReferenceEquals(loop.SignalHandlerOf(signal), ours))
            {
                continue;
            }

            if (previous is null)
            {
                loop.RemoveSignalHandler(signal);
            }
            else
            {
                loop.AddSignalHandler(signal, previous);
            }
        }

        _installed.Clear();
    }

    private void Install(int signal)
    {
        Action? previous = loop.SignalHandlerOf(signal);
        Action ours = () => onSignal(signal);
        loop.AddSignalHandler(signal, ours);
        _installed.Add(new Installed(signal, ours, previous));
    }

    private readonly record struct Installed(int Signal, Action Ours, Action? Previous);
}
