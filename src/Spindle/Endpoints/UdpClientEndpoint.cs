using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Names;

namespace Spindle.Endpoints;

/// <summary>A UDP port somewhere else, on the first address of its name.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class UdpClientEndpoint : IDatagramClientEndpoint
{
    private readonly IReactorUdp _reactor;
    private readonly IReactorPluggableNameResolver _names;
    private readonly string _host;
    private readonly int _port;
    private readonly int _maxPacketSize;
    private readonly UdpOptions? _options;

    /// <summary>Makes one; nothing happens before <see cref="ConnectAsync"/>.</summary>
    /// <param name="reactor">The reactor to open ports on; it must also be an <see cref="IReactorPluggableNameResolver"/>.</param>
    /// <param name="host">A name, or an address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <exception cref="ArgumentException">The reactor cannot look names up.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public UdpClientEndpoint(IReactorUdp reactor, string host, int port, int maxPacketSize = 8192, UdpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        _reactor = reactor;
        _names = ReactorAbilities.Require<IReactorPluggableNameResolver>(reactor);
        _host = host;
        _port = port;
        _maxPacketSize = maxPacketSize;
        _options = options;
    }

    /// <inheritdoc/>
    public async Task<IDatagramTransport> ConnectAsync(IDatagramProtocol protocol, CancellationToken cancellationToken = default)
    {
        if (!InternetAddresses.TryParse(_host, out IPAddress address))
        {
            IPEndPoint[] found = await AddressList.Get(_names.NameResolver, HostNames.ToAscii(_host), _port, cancellationToken: cancellationToken).ConfigureAwait(true);
            address = found[0].Address;
        }

        string own = address.AddressFamily == AddressFamily.InterNetworkV6 ? "::" : "";
        IUdpTransport port = _reactor.ListenUdp(0, protocol, own, _maxPacketSize, _options);
        try
        {
            port.Connect(address.ToString(), _port);
            return port;
        }
        catch
        {
            await port.StopListening().ConfigureAwait(true);
            throw;
        }
    }
}
