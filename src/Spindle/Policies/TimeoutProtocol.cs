using System.Buffers;

namespace Spindle.Policies;

/// <summary>Closes a connection on which nothing was read or written for a while; see <see cref="TimeoutFactory"/>.</summary>
/// <remarks>
/// <para>
/// The wrapped protocol can change its time: <c>Transport.FindAbility&lt;TimeoutProtocol&gt;()?.SetTimeout(time)</c>.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>TimeoutProtocol</c>. The time begins with the connection.</para>
/// </remarks>
public sealed class TimeoutProtocol : ProtocolWrapper
{
    private readonly TimeSpan _initial;
    private readonly IdleTimeout _timeout;

    internal TimeoutProtocol(TimeoutFactory factory, IReactorTime reactor, IProtocol wrapped)
        : base(factory, wrapped)
    {
        _initial = factory.Period;
        _timeout = new IdleTimeout(reactor, LoseConnection);
    }

    /// <summary>Begins the time anew with another length, or stops it.</summary>
    /// <param name="period">Zero or more; null for no limit.</param>
    /// <returns>The length that it had.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is negative.</exception>
    public TimeSpan? SetTimeout(TimeSpan? period) => _timeout.Set(period);

    /// <inheritdoc/>
    public override void MakeConnection(ITransport transport)
    {
        _timeout.Set(_initial);
        base.MakeConnection(transport);
    }

    /// <inheritdoc/>
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _timeout.Reset();
        base.DataReceived(data);
    }

    /// <inheritdoc/>
    public override void ConnectionLost(Exception reason)
    {
        _timeout.Cancel();
        base.ConnectionLost(reason);
        _timeout.Cancel(); // The protocol may have set it once more.
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> data)
    {
        _timeout.Reset();
        base.Write(data);
    }

    /// <inheritdoc/>
    public override void Write(in ReadOnlySequence<byte> data)
    {
        _timeout.Reset();
        base.Write(in data);
    }
}
