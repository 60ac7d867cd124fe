using System.Net;
using Spindle.Descriptors;
using Spindle.Loops;

namespace Spindle;

/// <summary>A client factory that connects again when an attempt failed or a connection ended, after a delay that grows.</summary>
/// <remarks>
/// <para>
/// Each time the delay is multiplied by <see cref="Factor"/>, up to <see cref="MaxDelay"/>, and spread by
/// <see cref="Jitter"/>, so that many clients of a server that was down do not come back all at once. A client calls
/// <see cref="ResetDelay"/> when a connection has proved good, at best when the first data has come.
/// </para>
/// <example>
/// <code>
/// ReconnectingClientFactory factory = ReconnectingClientFactory.For&lt;Ticker&gt;();
/// reactor.ConnectTcp("ticker.example", 7000, factory);
///
/// internal sealed class Ticker : LineReceiver
/// {
///     public override void LineReceived(ReadOnlySpan&lt;byte&gt; line) => (Factory as ReconnectingClientFactory)?.ResetDelay();
/// }
/// </code>
/// </example>
/// <para>It is meant for one connector; several have one delay together.</para>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>protocol.ReconnectingClientFactory</c>. A retry that waits is never lost sight of, none is made
/// when the connector has been connected meanwhile, and the first attempt can be stopped too.
/// </para>
/// </remarks>
public abstract class ReconnectingClientFactory : ClientFactory
{
    private readonly Dictionary<IConnector, DelayedCall> _waiting = new(ReferenceEqualityComparer.Instance);
    private TimeSpan? _delay; // Null until there was one, and after a reset.

    /// <summary>What the first delay is reckoned from: it is this times <see cref="Factor"/>. Default 1 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan InitialDelay { get; set => field = NotNegative(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How long a delay may become, before it is spread. Default 1 h.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan MaxDelay { get; set => field = NotNegative(value); } = TimeSpan.FromHours(1);

    /// <summary>By how much the delay grows each time. Default e, about 2.718.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a finite number.</exception>
    public double Factor { get; set => field = NotNegative(value); } = Math.E;

    /// <summary>How far delays are spread: they are normally distributed, with this part of the delay as standard deviation. Default 0.12; zero spreads nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a finite number.</exception>
    public double Jitter { get; set => field = NotNegative(value); } = 0.12;

    /// <summary>How many times in a row it tries again before it gives up. Null, the default: without end.</summary>
    public int? MaxRetries { get; set; }

    /// <summary>What makes the delays: null, the default, for the reactor that the factory is used on.</summary>
    public IReactorTime? Clock { get; set; }

    /// <summary>The last delay. <see cref="InitialDelay"/> before the first one and after <see cref="ResetDelay"/>.</summary>
    public TimeSpan Delay => _delay ?? InitialDelay;

    /// <summary>How many retries there were since the start or <see cref="ResetDelay"/>, with the one that was given up.</summary>
    public int Retries { get; private set; }

    /// <summary>Whether it tries again: false from <see cref="StopTrying"/> to <see cref="ResetDelay"/>.</summary>
    public bool IsTrying { get; private set; } = true;

    /// <summary>The connector that was last heard of.</summary>
    public IConnector? Connector { get; private set; }

    /// <summary>A factory that makes a <typeparamref name="TProtocol"/> for each connection.</summary>
    public static new ReconnectingClientFactory For<TProtocol>()
        where TProtocol : IProtocol, new() =>
        new FunctionReconnectingClientFactory(static _ => new TProtocol(), $"{nameof(ReconnectingClientFactory)} of {typeof(TProtocol).Name}");

    /// <summary>A factory that asks a function for each connection's protocol; null closes the connection.</summary>
    public static new ReconnectingClientFactory For(Func<EndPoint, IProtocol?> build) =>
        new FunctionReconnectingClientFactory(build, nameof(ReconnectingClientFactory));

    /// <summary>Notes the connector, so that <see cref="StopTrying"/> can stop this attempt.</summary>
    public override void StartedConnecting(IConnector connector) => Connector = connector;

    /// <summary>Tries again, unless it was told to stop.</summary>
    public override void ClientConnectionFailed(IConnector connector, Exception reason) => TryAgain(connector);

    /// <summary>Tries again, unless it was told to stop.</summary>
    public override void ClientConnectionLost(IConnector connector, Exception reason) => TryAgain(connector);

    /// <summary>Has a connector connect after the next delay. A retry of the same one that waits already is put off to then.</summary>
    /// <param name="connector">Null for <see cref="Connector"/>.</param>
    /// <exception cref="ArgumentException">No connector was given, and the factory has heard of none.</exception>
    /// <exception cref="InvalidOperationException">There is neither a reactor nor a <see cref="Clock"/>.</exception>
    public void Retry(IConnector? connector = null)
    {
        connector ??= Connector;
        if (!IsTrying)
        {
            Tell($"{connector} is given up: the factory was told to stop trying");
            return;
        }

        if (connector is null)
        {
            throw new ArgumentException("There is no connector to retry with: give one, or wait until an attempt has begun.", nameof(connector));
        }

        Retries++;
        if (Retries > MaxRetries)
        {
            Tell($"{connector} is given up after {Retries - 1} retries");
            return;
        }

        TimeSpan delay = NextDelay();
        Tell($"{connector} will try again in {delay.TotalSeconds:0.0} s");
        DelayedCall call = CallLater(delay, () => Reconnect(connector));
        Cancel(connector);
        _waiting[connector] = call;
    }

    /// <summary>Takes back the retry that waits, stops an attempt, and makes no others.</summary>
    public void StopTrying()
    {
        IsTrying = false;
        foreach (IConnector connector in _waiting.Keys.ToArray())
        {
            Cancel(connector);
        }

        if (Connector is { State: ConnectorState.Connecting } attempting)
        {
            attempting.StopConnecting();
        }
    }

    /// <summary>Begins the delays and the count anew, and tries again from now on. A retry that waits comes when it is due.</summary>
    public void ResetDelay()
    {
        _delay = null;
        Retries = 0;
        IsTrying = true;
    }

    private void TryAgain(IConnector connector)
    {
        if (IsTrying)
        {
            Connector = connector;
            Retry(connector);
        }
    }

    private void Reconnect(IConnector connector)
    {
        _waiting.Remove(connector);
        if (connector.State == ConnectorState.Disconnected)
        {
            connector.Connect();
        }
    }

    private void Cancel(IConnector connector)
    {
        if (_waiting.Remove(connector, out DelayedCall? call) && call.IsActive)
        {
            call.Cancel();
        }
    }

    private TimeSpan NextDelay()
    {
        double ticks = Math.Min(Delay.Ticks * Factor, MaxDelay.Ticks);
        if (Jitter > 0 && Host is { } host)
        {
            ticks *= 1 + (Jitter * NormalDeviate(host));
        }

        // The cast keeps what is too large in range; a far stray to the left is no time to come.
        _delay = TimeSpan.FromTicks((long)Math.Max(ticks, 0));
        return Delay;
    }

    private DelayedCall CallLater(TimeSpan delay, Action call) =>
        Clock?.CallLater(delay, call)
        ?? Host?.CallLater(delay, call)
        ?? throw new InvalidOperationException($"The factory is not used on a reactor: set its {nameof(Clock)}.");

    // Box and Muller: two equally likely numbers make one that is normally distributed around zero.
    private static double NormalDeviate(IFactoryHost host)
    {
        double distance = Math.Sqrt(-2 * Math.Log(1 - host.Randomness.NextDouble()));
        return distance * Math.Cos(2 * Math.PI * host.Randomness.NextDouble());
    }

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }

    private static double NotNegative(double value) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be a finite number, zero or more.");

    private sealed class FunctionReconnectingClientFactory : ReconnectingClientFactory, ILoggingContext
    {
        private readonly Func<EndPoint, IProtocol?> _build;

        public FunctionReconnectingClientFactory(Func<EndPoint, IProtocol?> build, string name)
        {
            ArgumentNullException.ThrowIfNull(build);
            _build = build;
            LogPrefix = name;
        }

        public string LogPrefix { get; }

        protected override IProtocol? CreateProtocol(EndPoint address) => _build(address);
    }
}
