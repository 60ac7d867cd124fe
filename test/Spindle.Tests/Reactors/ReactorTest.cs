using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Reactors;

/// <summary>A test of a reactor's life. A record that the test did not look for fails it.</summary>
public abstract class ReactorTest : LoopTest
{
    private AsyncSelectorReactor? _reactor;

    private protected AsyncSelectorReactor Reactor
    {
        get
        {
            if (_reactor is null)
            {
                _reactor = new AsyncSelectorReactor(Loop);
                AtEnd(_reactor.Dispose);
            }

            return _reactor;
        }
    }

    /// <summary>What the test's triggers have written down, in order.</summary>
    private protected List<string> Journal { get; } = [];

    private protected SystemEventTrigger Add(SystemEventPhase phase, string eventType, string name, Action? also = null) =>
        Reactor.AddSystemEventTrigger(phase, eventType, () =>
        {
            Journal.Add(name);
            also?.Invoke();
            return null;
        });

    private protected new void Run()
    {
        bool isLate = false;
        TimerHandle guard = Loop.CallLater(OffThread.Patience, () =>
        {
            isLate = true;
            Loop.Stop();
        });
        Reactor.Run(installSignalHandlers: false);
        guard.Cancel();
        Assert.False(isLate, "The reactor was not stopped in time.");
    }
}
