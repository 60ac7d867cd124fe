using System.Net;
using Spindle.Policies;

namespace Spindle.Tls;

/// <summary>Puts TLS between the protocols that another factory makes and whatever they are connected to: TCP, UNIX sockets, a child's pipes, TLS.</summary>
/// <remarks>
/// <para><see cref="IReactorSsl"/> does this over TCP.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/tls.py</c>, <c>TLSMemoryBIOFactory</c>. When the wrapped factory wants no connection, there is none.</para>
/// </remarks>
public sealed class TlsFactory : WrappingFactory
{
    /// <summary>Wraps a factory.</summary>
    /// <param name="reactor">Has the time, and threads for checks that must wait for the network.</param>
    /// <param name="wrapped">The factory.</param>
    /// <param name="context">Certificates, trust, versions.</param>
    /// <param name="isClient">Which side of the handshake these connections are.</param>
    /// <exception cref="ArgumentException">The context does not serve this role.</exception>
    public TlsFactory(IReactorTime reactor, IFactory wrapped, TlsContext context, bool isClient)
        : base(wrapped)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentNullException.ThrowIfNull(context);
        Reactor = reactor;
        Context = context;
        Role = isClient ? TlsRole.Client : TlsRole.Server;
        if (!context.Supports(Role))
        {
            throw new ArgumentException($"A {context.GetType().Name} is of no use to a {Role.ToString().ToLowerInvariant()}.", nameof(context));
        }

        IsNoisy = false; // TLS-46.
    }

    /// <summary>"Echo (TLS)".</summary>
    public override string LogPrefix => $"{Descriptors.LogNames.Of(WrappedFactory)} (TLS)";

    internal IReactorTime Reactor { get; }

    internal TlsContext Context { get; }

    internal TlsRole Role { get; }

    /// <inheritdoc/>
    protected override ProtocolWrapper Wrap(IProtocol protocol, EndPoint address) => new TlsProtocol(this, protocol);
}
