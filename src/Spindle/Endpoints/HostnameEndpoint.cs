using System.Net;
using Spindle.Names;

namespace Spindle.Endpoints;

/// <summary>A TCP server by its name, on whichever of its addresses answers first.</summary>
/// <remarks>
/// <para>
/// "Happy eyeballs": the addresses are tried in the resolver's order; the first at once, and one more each time that
/// <c>attemptDelay</c> has passed, or as soon as one fails. The first connection wins; all other attempts are cancelled. If
/// every one fails, the last failure is reported.
/// </para>
/// <para>A name that cannot be IDNA-encoded fails the connecting with an <see cref="ArgumentException"/>.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>HostnameEndpoint</c>, which does not bring the next attempt forward when one fails. See RFC 8305.</para>
/// </remarks>
public sealed class HostnameEndpoint : IStreamClientEndpoint
{
    private static readonly TimeSpan DefaultAttemptDelay = TimeSpan.FromSeconds(0.3);

    private readonly IReactorTcp _reactor;
    private readonly IReactorTime _time;
    private readonly IReactorPluggableNameResolver _names;
    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan? _timeout;
    private readonly IPEndPoint? _bindAddress;
    private readonly TimeSpan _attemptDelay;
    private readonly TcpConnectOptions? _options;

    /// <summary>Makes one; nothing happens before <see cref="ConnectAsync"/>.</summary>
    /// <param name="reactor">The reactor to connect on; it must also be an <see cref="IReactorTime"/> and an <see cref="IReactorPluggableNameResolver"/>.</param>
    /// <param name="host">A name, or an address.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="timeout">How long each attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="bindAddress">The local end, with port 0 for any; null lets the kernel choose.</param>
    /// <param name="attemptDelay">How long an attempt has to itself before the next one is started beside it. Zero or more; null: 0.3 s.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <exception cref="ArgumentException">The reactor cannot look names up or has no time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative, or the port is out of range.</exception>
    public HostnameEndpoint(
        IReactorTcp reactor,
        string host,
        int port,
        TimeSpan? timeout = null,
        IPEndPoint? bindAddress = null,
        TimeSpan? attemptDelay = null,
        TcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        ArgumentOutOfRangeException.ThrowIfLessThan(attemptDelay ?? DefaultAttemptDelay, TimeSpan.Zero, nameof(attemptDelay));
        _reactor = reactor;
        _time = ReactorAbilities.Require<IReactorTime>(reactor);
        _names = ReactorAbilities.Require<IReactorPluggableNameResolver>(reactor);
        _host = host;
        _port = port;
        _timeout = timeout;
        _bindAddress = bindAddress;
        _attemptDelay = attemptDelay ?? DefaultAttemptDelay;
        _options = options;
    }

    /// <inheritdoc/>
    public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default) =>
        ConnectTask.Start(
            _reactor,
            factory,
            task =>
            {
                ConnectRace race = new(_time, _attemptDelay, (address, attempt) => Connect(address, factory, attempt), task);
                race.Start(_names.NameResolver, HostNames.ToAscii(_host), _port);
                return (new DnsEndPoint(_host, _port), race.Stop);
            },
            cancellationToken);

    /// <summary>Host and port, for people.</summary>
    public override string ToString() => $"<{nameof(HostnameEndpoint)} {_host}:{_port}>";

    private IConnector Connect(IPEndPoint address, IFactory factory, IConnectResult attempt) =>
        _reactor.ConnectTcp(address.Address.ToString(), address.Port, new OneConnectionFactory(factory, attempt), _timeout, _bindAddress, _options);
}
