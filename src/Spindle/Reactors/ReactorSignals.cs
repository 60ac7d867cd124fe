using Spindle.Loops;

namespace Spindle.Reactors;

/// <summary>SIGINT and SIGTERM while a reactor runs (CORE-60, 61, 65).</summary>
internal sealed class ReactorSignals(SelectorEventLoop loop, Action<int> onSignal)
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;

    private readonly List<int> _installed = [];

    public void Install()
    {
        foreach (int signal in new[] { SIGINT, SIGTERM })
        {
            // A shell starts its background jobs with SIGINT ignored, and they mean to keep it so.
            if (signal == SIGINT && loop.Kernel.Signals.IsIgnored(signal))
            {
                continue;
            }

            loop.AddSignalHandler(signal, () => onSignal(signal));
            _installed.Add(signal);
        }
    }

    public void Uninstall()
    {
        foreach (int signal in _installed)
        {
            loop.RemoveSignalHandler(signal);
        }

        _installed.Clear();
    }
}
