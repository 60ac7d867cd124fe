using System.Net;

namespace Spindle.Policies;

/// <summary>Writes the traffic of each connection to a text of its own.</summary>
/// <remarks>
/// <para>
/// A line is "C 1: data" for what the peer of connection 1 sent, "S 1: data" for what was written to it, with the bytes as
/// text between quotes. "*" is the connection's beginning, "S 1: *" its closing from this side, and "C 1:" with a reason its end.
/// </para>
/// <para>
/// The texts are written on the reactor's thread. A slow disk holds it up: this is for looking into a protocol, not for
/// production.
/// </para>
/// <example>
/// <code>
/// new TrafficLoggingFactory(echo, number => File.CreateText($"traffic-{number}"))
/// </code>
/// </example>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>TrafficLoggingFactory</c>, which opens files by a prefix.</para>
/// </remarks>
public sealed class TrafficLoggingFactory : WrappingFactory
{
    private readonly Func<int, TextWriter> _open;
    private readonly int _lengthLimit;
    private int _counter;

    /// <summary>Wraps a factory.</summary>
    /// <param name="wrapped">The factory.</param>
    /// <param name="open">Opens the text for a connection, by its number: 1, 2 and so on. It is flushed after each line and disposed with the connection.</param>
    /// <param name="lengthLimit">How many bytes of one piece are shown at the most; null for all.</param>
    public TrafficLoggingFactory(IFactory wrapped, Func<int, TextWriter> open, int? lengthLimit = null)
        : base(wrapped)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthLimit ?? 0, nameof(lengthLimit));
        _open = open;
        _lengthLimit = lengthLimit ?? int.MaxValue;
    }

    /// <summary>Numbers the connections from 1 again.</summary>
    public void ResetCounter() => _counter = 0;

    /// <inheritdoc/>
    protected override ProtocolWrapper Wrap(IProtocol protocol, EndPoint address)
    {
        int number = ++_counter;
        return new TrafficLoggingProtocol(this, protocol, _open(number), number, _lengthLimit);
    }
}
