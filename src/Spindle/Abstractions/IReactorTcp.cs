using System.Net;

namespace Spindle;

/// <summary>TCP.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorTCP</c>.</para>
/// </remarks>
public interface IReactorTcp
{
    /// <summary>Listens for connections.</summary>
    /// <param name="port">0 to 65535; 0 takes a free one.</param>
    /// <param name="factory">Makes a protocol for each connection.</param>
    /// <param name="backlog">How many connections may wait to be accepted; the kernel caps it. Default 50.</param>
    /// <param name="host">An IPv4 or IPv6 address of this machine, with an optional %scope. Default "": every IPv4 address.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <returns>The port; it accepts already.</returns>
    /// <exception cref="CannotListenException">The address is taken, is not ours, or no address; the port is out of range; the system refuses an option.</exception>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    IListeningPort ListenTcp(int port, IFactory factory, int backlog = 50, string host = "", TcpListenOptions? options = null);

    /// <summary>Connects. Nothing is sent within the call.</summary>
    /// <param name="host">A name, or an IPv4 or IPv6 address with an optional %scope; "" is this machine.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="factory">Makes the protocol and hears of failure and end.</param>
    /// <param name="timeout">How long an attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="bindAddress">The local end; null lets the kernel choose.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port or the timeout is out of range.</exception>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    IConnector ConnectTcp(string host, int port, IClientFactory factory, TimeSpan? timeout = null, IPEndPoint? bindAddress = null, TcpConnectOptions? options = null);
}
