using System.Net;

namespace Spindle;

/// <summary>A reactor's life.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorCore</c>.</para>
/// </remarks>
public interface IReactorCore
{
    /// <summary>Whether it runs: from the during phase of "startup" until that of "shutdown".</summary>
    bool IsRunning { get; }

    /// <summary>Looks a name up with the reactor's simple resolver, without blocking.</summary>
    /// <param name="name">A name. An address is its own answer, and "" stands for 0.0.0.0; these two are there at once.</param>
    /// <param name="timeouts">The look-up fails after their sum. Null: 1, 3, 11 and 45 s. Empty: 60 s.</param>
    /// <param name="cancellationToken">Gives the look-up up. May be cancelled on any thread.</param>
    /// <returns>An IPv4 address; an IPv6 one only if that was given. Fails with <see cref="DnsLookupException"/>.</returns>
    Task<IPAddress> Resolve(string name, IReadOnlyList<TimeSpan>? timeouts = null, CancellationToken cancellationToken = default);

    /// <summary>Runs until <see cref="Stop"/>, and returns when every phase of the shutdown is over.</summary>
    /// <exception cref="ReactorAlreadyRunningException">It runs already.</exception>
    /// <exception cref="ReactorNotRestartableException">It was stopped before.</exception>
    void Run();

    /// <summary>Ends <see cref="Run"/> soon: what is due in this turn still happens, then "shutdown" is fired, in whose during phase every connection is lost.</summary>
    /// <exception cref="ReactorNotRunningException">It does not run, or was told to stop already.</exception>
    void Stop();

    /// <summary>Ends <see cref="Run"/> after this turn without a shutdown: no trigger runs and no connection is closed. It may run again. Not running: nothing happens.</summary>
    void Crash();

    /// <summary>Runs turns of the loop until one had something to do, also if the reactor was never run.</summary>
    /// <param name="delay">How long to wait for something to do. Default zero: one turn, which only looks.</param>
    /// <exception cref="InvalidOperationException">The loop is in a turn: turns do not nest. A trigger of "startup" within <see cref="Run"/> is in none.</exception>
    void Iterate(TimeSpan delay = default);

    /// <summary>Fires an event: its before triggers, then, when all that these returned is done, its during and after triggers. An event without triggers does nothing.</summary>
    /// <param name="eventType">"startup", "shutdown", "persist", or any other.</param>
    void FireSystemEvent(string eventType);

    /// <summary>Adds a trigger to an event. It runs once, in the order of addition within its phase; its failure is logged.</summary>
    /// <param name="phase">When. What a before trigger returns is awaited, whatever its result; that of the others is not.</param>
    /// <param name="eventType">The event. "startup": <see cref="IsRunning"/> becomes true at the beginning of its during phase. "shutdown": connections are lost at the beginning of its during phase.</param>
    /// <param name="trigger">The call; null as its result means that there is nothing to wait for.</param>
    /// <returns>What <see cref="RemoveSystemEventTrigger"/> takes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such phase.</exception>
    SystemEventTrigger AddSystemEventTrigger(SystemEventPhase phase, string eventType, Func<Task?> trigger);

    /// <summary>Takes a trigger out: it will not run.</summary>
    /// <exception cref="ArgumentException">It has run or was removed already. While before triggers run, one of them that has run is only logged.</exception>
    void RemoveSystemEventTrigger(SystemEventTrigger trigger);

    /// <summary>Makes a call at once if the reactor runs, else as a trigger after "startup".</summary>
    /// <returns>The trigger, or null if the call was made.</returns>
    SystemEventTrigger? CallWhenRunning(Action call);
}
