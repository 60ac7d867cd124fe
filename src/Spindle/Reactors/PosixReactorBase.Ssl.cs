using System.Net;
using Spindle.Tls;

namespace Spindle.Reactors;

/// <content>TLS over TCP.</content>
public abstract partial class PosixReactorBase : IReactorSsl
{
    /// <inheritdoc/>
    public IListeningPort ListenSsl(int port, IFactory factory, TlsContext context, int backlog = 50, string host = "", TcpListenOptions? options = null)
    {
        TlsFactory Wrap(IReactorTime reactor, IFactory wrapped) => new(reactor, wrapped, context, isClient: false);
        return Listen(port, factory is SpreadFactory spread ? spread.WrapEach(Wrap) : Wrap(this, factory), backlog, host, options, "TLS");
    }

    /// <inheritdoc/>
    public IConnector ConnectSsl(string host, int port, IClientFactory factory, TlsContext context, TimeSpan? timeout = null, IPEndPoint? bindAddress = null, TcpConnectOptions? options = null)
    {
        EnsureAccess();
        return ConnectTcp(host, port, new TlsFactory(this, factory, context, isClient: true), timeout, bindAddress, options);
    }
}
