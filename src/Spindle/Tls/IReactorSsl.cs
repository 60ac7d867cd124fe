using System.Net;

namespace Spindle;

/// <summary>TLS over TCP.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorSSL</c>.</para>
/// </remarks>
public interface IReactorSsl
{
    /// <summary>Listens for connections that begin with a TLS handshake. Protocols are connected before it is done; what they write waits for it.</summary>
    /// <param name="port">0 to 65535; 0 takes a free one.</param>
    /// <param name="factory">Makes a protocol for each connection.</param>
    /// <param name="context">Certificate, trust, versions.</param>
    /// <param name="backlog">How many connections may wait to be accepted; the kernel caps it. Default 50.</param>
    /// <param name="host">An IPv4 or IPv6 address of this machine, with an optional %scope. Default "": every IPv4 address.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <returns>The port; it accepts already.</returns>
    /// <exception cref="ArgumentException">The context is not one for servers, or options contradict each other.</exception>
    /// <exception cref="CannotListenException">As for <see cref="IReactorTcp.ListenTcp"/>.</exception>
    IListeningPort ListenSsl(int port, IFactory factory, Tls.TlsContext context, int backlog = 50, string host = "", TcpListenOptions? options = null);

    /// <summary>Connects and begins a TLS handshake. The protocol is connected before that is done; what it writes waits for it.</summary>
    /// <param name="host">A name, or an IPv4 or IPv6 address with an optional %scope. Which name the certificate must have is the context's.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="factory">Makes the protocol and hears of failure and end.</param>
    /// <param name="context">Whom to trust, and the client's own certificate.</param>
    /// <param name="timeout">How long an attempt may take, without the handshake. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="bindAddress">The local end; null lets the kernel choose.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <exception cref="ArgumentException">The context is not one for clients, or options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port or the timeout is out of range.</exception>
    IConnector ConnectSsl(string host, int port, IClientFactory factory, Tls.TlsContext context, TimeSpan? timeout = null, IPEndPoint? bindAddress = null, TcpConnectOptions? options = null);
}
