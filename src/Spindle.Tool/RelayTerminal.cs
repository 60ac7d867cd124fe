using Spindle.Stdio;

namespace Spindle.Tool;

/// <summary>A program's terminal on this one: raw here, so that every key goes there, and as large as this one.</summary>
internal sealed class RelayTerminal : IDisposable
{
    private readonly ITerminalTransport _there;
    private readonly Terminal _here;

    private RelayTerminal(ITerminalTransport there, Terminal here)
    {
        _there = there;
        _here = here;
        here.SizeChanged += (_, _) => Resize();
        Resize();
        here.EnterRawMode();
    }

    /// <summary>Joins them, if both are terminals.</summary>
    /// <returns>What ends it; null if they are not.</returns>
    public static RelayTerminal? TryJoin(AsyncSelectorReactor reactor, ITransport front, ITransport back) =>
        front.FindAbility<StandardIO>() is not null && back.FindAbility<ITerminalTransport>() is { } there && Terminal.IsTerminal(0, reactor)
            ? new RelayTerminal(there, new Terminal(0, reactor))
            : null;

    public void Dispose() => _here.Dispose();

    private void Resize() => _there.ResizeTerminal(_here.Size);
}
