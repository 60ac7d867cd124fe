using Microsoft.Extensions.Logging;

namespace Spindle.Endpoints;

/// <summary>A process on a terminal as the transport of a protocol.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class TerminalConnection(IProtocol protocol, ProcessAddress address, ILogger? errors, Action onEnd)
    : ProcessConnection(protocol, address, errors, onEnd), ITerminalTransport
{
    public void ResizeTerminal(TerminalSize size) => Transport.ResizeTerminal(size);

    // A terminal has no half close, but a character that ends the input of whoever reads lines from it.
    public override void LoseWriteConnection() => Transport.Write("\u0004"u8);
}
