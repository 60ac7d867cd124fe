using System.Net;
using System.Net.Sockets;
using Spindle.Names;

namespace Spindle.Endpoints;

/// <summary>A TCP server to connect to over IPv6.</summary>
/// <remarks>
/// <para>A name is looked up for IPv6 addresses only, of which the first is connected to.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>TCP6ClientEndpoint</c>.</para>
/// </remarks>
public sealed class Tcp6ClientEndpoint : IStreamClientEndpoint
{
    private readonly IReactorTcp _reactor;
    private readonly IReactorPluggableNameResolver _names;
    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan? _timeout;
    private readonly IPEndPoint? _bindAddress;
    private readonly TcpConnectOptions? _options;

    /// <summary>Makes one; nothing happens before <see cref="ConnectAsync"/>.</summary>
    /// <param name="reactor">The reactor to connect on; it must also be an <see cref="IReactorPluggableNameResolver"/>.</param>
    /// <param name="host">A name, or an IPv6 address with an optional %scope.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="timeout">How long the attempt may take once the name is looked up. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="bindAddress">The local end; null lets the kernel choose.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <exception cref="ArgumentException">The reactor cannot look names up.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public Tcp6ClientEndpoint(
        IReactorTcp reactor,
        string host,
        int port,
        TimeSpan? timeout = null,
        IPEndPoint? bindAddress = null,
        TcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        _reactor = reactor;
        _names = ReactorAbilities.Require<IReactorPluggableNameResolver>(reactor);
        _host = host;
        _port = port;
        _timeout = timeout;
        _bindAddress = bindAddress;
        _options = options;
    }

    /// <inheritdoc/>
    public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default) =>
        ConnectTask.Start(
            _reactor,
            factory,
            task =>
            {
                Attempt attempt = new(this, factory, task);
                IHostResolution resolution = _names.NameResolver.ResolveHostName(attempt, _host, _port, AddressFamily.InterNetworkV6);
                return (EndpointAddresses.Parse(_host, _port), () =>
                {
                    resolution.Cancel();
                    attempt.Connector?.Disconnect();
                });
            },
            cancellationToken);

    private sealed class Attempt(Tcp6ClientEndpoint owner, IFactory factory, ConnectTask task) : IResolutionReceiver
    {
        private IHostResolution? _resolution;
        private IPEndPoint? _address;

        public IConnector? Connector { get; private set; }

        public void ResolutionBegan(IHostResolution resolution) => _resolution = resolution;

        public void AddressResolved(EndPoint address)
        {
            if (address is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } found)
            {
                _address ??= found;
            }
        }

        public void ResolutionComplete()
        {
            if (_address is null)
            {
                task.Failed(AddressList.FailureOf(_resolution));
                return;
            }

            try
            {
                Connector = owner._reactor.ConnectTcp(
                    _address.Address.ToString(),
                    _address.Port,
                    new OneConnectionFactory(factory, task),
                    owner._timeout,
                    owner._bindAddress,
                    owner._options);
            }
            catch (Exception failure)
            {
                task.Failed(failure);
            }
        }
    }
}
