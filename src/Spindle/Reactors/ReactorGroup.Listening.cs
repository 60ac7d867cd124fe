using System.Net;
using Spindle.Reactors;
using Spindle.Tls;

namespace Spindle;

/// <content>Ports that all reactors serve.</content>
public sealed partial class ReactorGroup
{
    /// <summary>Makes a factory for a port of any one reactor of the group; the reactors serve its connections in turn.</summary>
    /// <param name="factory">Called once on each reactor's thread, when the first port with it starts to listen.</param>
    /// <remarks>
    /// For every kind of stream port: TCP, UNIX, whatever an endpoint string names. The one reactor accepts and hands the
    /// sockets over, so that each has as many connections as the next, give or take one.
    /// </remarks>
    public IFactory Spread(Func<AsyncSelectorReactor, IFactory> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return new SpreadFactory(_members, factory);
    }

    /// <summary>Listens for TCP connections, which the reactors share.</summary>
    /// <param name="port">0 to 65535; 0 takes a free one, the same on all.</param>
    /// <param name="factory">Called once on each reactor's thread.</param>
    /// <param name="backlog">How many connections may wait to be accepted; the kernel caps it. Default 50.</param>
    /// <param name="host">An IPv4 or IPv6 address of this machine. Default "": every IPv4 address.</param>
    /// <param name="options">
    /// What else. By default the first reactor accepts and the connections go round. With
    /// <see cref="TcpListenOptions.ReusePort"/> each reactor has a socket of its own and the kernel spreads the connections
    /// by a hash of their addresses: nothing crosses threads, but a few connections may well meet on one reactor.
    /// </param>
    /// <returns>The port; all reactors accept already. Fails with <see cref="CannotListenException"/>, also when somebody else shares the port.</returns>
    /// <exception cref="ReactorNotRunningException">Through the task: the group does not run.</exception>
    public Task<ReactorGroupPort> ListenTcpAsync(int port, Func<AsyncSelectorReactor, IFactory> factory, int backlog = 50, string host = "", TcpListenOptions? options = null) =>
        ListenAsync(port, factory, options, (reactor, number, each, how) => reactor.ListenTcp(number, each, backlog, host, how));

    /// <summary>As <see cref="ListenTcpAsync"/>, for connections that begin with a TLS handshake; each is made on the reactor that serves the connection.</summary>
    /// <inheritdoc cref="ListenTcpAsync"/>
    /// <param name="port">0 to 65535; 0 takes a free one, the same on all.</param>
    /// <param name="factory">Called once on each reactor's thread.</param>
    /// <param name="context">Certificate, trust, versions: one for all reactors. A certificate that is replaced is new on all of them.</param>
    /// <param name="backlog">How many connections may wait to be accepted; the kernel caps it. Default 50.</param>
    /// <param name="host">An IPv4 or IPv6 address of this machine. Default "": every IPv4 address.</param>
    /// <param name="options">As for <see cref="ListenTcpAsync"/>.</param>
    /// <exception cref="ArgumentException">Through the task: the context is not one for servers.</exception>
    public Task<ReactorGroupPort> ListenSslAsync(int port, Func<AsyncSelectorReactor, IFactory> factory, TlsContext context, int backlog = 50, string host = "", TcpListenOptions? options = null) =>
        ListenAsync(port, factory, options, (reactor, number, each, how) => reactor.ListenSsl(number, each, context, backlog, host, how));

    /// <summary>Listens for datagrams on every reactor: each has a socket of its own, and the kernel spreads the senders by a hash of their addresses.</summary>
    /// <param name="port">0 to 65535; 0 takes a free one, the same on all.</param>
    /// <param name="protocol">Called once on each reactor's thread. All datagrams of one sender come to the same reactor, from when all listen.</param>
    /// <param name="host">An IPv4 or IPv6 address of this machine, with an optional %scope. Default "": every IPv4 address.</param>
    /// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
    /// <param name="options">What else. <see cref="UdpOptions.ReusePort"/> shares the port with other processes, too.</param>
    /// <returns>The port; all reactors read already. Fails with <see cref="CannotListenException"/>, also when somebody else shares the port and that is not wanted.</returns>
    /// <exception cref="ReactorNotRunningException">Through the task: the group does not run.</exception>
    public async Task<ReactorGroupPort> ListenUdpAsync(int port, Func<AsyncSelectorReactor, IDatagramProtocol> protocol, string host = "", int maxPacketSize = 8192, UdpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        EnsureStarted();
        options ??= UdpOptions.Default;
        bool isShared = options.ReusePort || _members.Length > 1;
        bool isOurs = isShared && !options.ReusePort;
        return await ListenOnEachAsync(
            port,
            (reactor, number, isFirst) => reactor.ListenUdp(
                number, protocol(reactor), host, maxPacketSize, options with { ReusePort = isShared, IsFirstToShare = isOurs && isFirst })).ConfigureAwait(true);
    }

    private async Task<ReactorGroupPort> ListenAsync(
        int port,
        Func<AsyncSelectorReactor, IFactory> factory,
        TcpListenOptions? options,
        Func<AsyncSelectorReactor, int, IFactory, TcpListenOptions, IListeningPort> listen)
    {
        ArgumentNullException.ThrowIfNull(factory);
        EnsureStarted();
        options ??= new TcpListenOptions();
        if (!options.ReusePort)
        {
            IFactory spread = Spread(factory);
            IListeningPort one = await _members[0].CallAsync(reactor => listen(reactor, port, spread, options)).ConfigureAwait(true);
            return new ReactorGroupPort(await AddressOf(_members[0], one).ConfigureAwait(true), [(_members[0], one)]);
        }

        return await ListenOnEachAsync(
            port,
            (reactor, number, isFirst) => listen(reactor, number, factory(reactor), options with { IsFirstToShare = isFirst })).ConfigureAwait(true);
    }

    private async Task<ReactorGroupPort> ListenOnEachAsync(int port, Func<AsyncSelectorReactor, int, bool, IListeningPort> listen)
    {
        List<(ReactorGroupMember Member, IListeningPort Port)> ports = [];
        EndPoint? address = null;
        try
        {
            foreach (ReactorGroupMember member in _members)
            {
                int number = (address as IPEndPoint)?.Port ?? port;
                bool isFirst = address is null;
                ports.Add((member, await member.CallAsync(reactor => listen(reactor, number, isFirst)).ConfigureAwait(true)));
                address ??= await AddressOf(member, ports[0].Port).ConfigureAwait(true);
            }

            return new ReactorGroupPort(address!, ports);
        }
        catch when (address is not null)
        {
            await new ReactorGroupPort(address, ports).StopListeningAsync().ConfigureAwait(true);
            throw;
        }
    }

    private static async Task<EndPoint> AddressOf(ReactorGroupMember member, IListeningPort port) =>
        await member.CallAsync(_ => port.GetHost()).ConfigureAwait(true);
}
