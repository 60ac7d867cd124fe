using System.Net;
using Spindle.Descriptors;
using Spindle.Protocols;
using Spindle.Tls;

namespace Spindle.Endpoints;

/// <summary>TLS over another endpoint: TCP, a UNIX socket, a program, TLS again. The connecting is done before the handshake is.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>wrapClientTLS</c>.</para>
/// </remarks>
public sealed class TlsClientEndpoint : IStreamClientEndpoint
{
    private readonly IReactorTime _reactor;
    private readonly TlsContext _context;
    private readonly IStreamClientEndpoint _endpoint;

    /// <summary>Wraps an endpoint.</summary>
    /// <param name="reactor">The reactor that the endpoint connects on.</param>
    /// <param name="context">Which server is wanted, whom to trust and the rest; <see cref="CertificateOptions.ForClient"/> makes one.</param>
    /// <param name="endpoint">Where to connect.</param>
    public TlsClientEndpoint(IReactorTime reactor, TlsContext context, IStreamClientEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(endpoint);
        _reactor = reactor;
        _context = context;
        _endpoint = endpoint;
    }

    /// <inheritdoc/>
    public async Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default)
    {
        // The endpoint gives the protocol in between; what is wanted is the one that the factory made.
        KeepingFactory keeping = new(factory);
        await _endpoint.ConnectAsync(new TlsFactory(_reactor, keeping, _context, isClient: true), cancellationToken).ConfigureAwait(true);
        return keeping.Built!;
    }

    /// <summary>Passes everything on and keeps what was made.</summary>
    private sealed class KeepingFactory : IFactory, IHostedFactory
    {
        private readonly IFactory _factory;

        public KeepingFactory(IFactory factory)
        {
            ArgumentNullException.ThrowIfNull(factory);
            _factory = factory;
        }

        public IProtocol? Built { get; private set; }

        public void DoStart() => _factory.DoStart();

        public void DoStop() => _factory.DoStop();

        public IProtocol? BuildProtocol(EndPoint address) => Built = _factory.BuildProtocol(address);

        public void UseOn(IFactoryHost host) => (_factory as IHostedFactory)?.UseOn(host);
    }
}
