namespace Spindle;

/// <summary>UNIX sockets.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorUNIX</c>.</para>
/// </remarks>
public interface IReactorUnix
{
    /// <summary>Listens for connections.</summary>
    /// <param name="path">A path that is free, or an abstract name with a zero in front.</param>
    /// <param name="factory">Makes a protocol for each connection.</param>
    /// <param name="backlog">How many connections may wait to be accepted; the kernel caps it. Default 50.</param>
    /// <param name="mode">The permissions of the file, whatever the umask is. Default: everybody may connect (0666).</param>
    /// <param name="wantPid">
    /// Whether to hold the lock "path.lock" meanwhile. If the process that held it is gone, the socket that it left behind
    /// is removed. Default false: a path that exists is an error. An abstract name has no lock.
    /// </param>
    /// <returns>The port; it accepts already. Its end removes the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="backlog"/> is negative.</exception>
    /// <exception cref="CannotListenException">The path is taken, too long, or cannot be made; the lock is another process's.</exception>
    IListeningPort ListenUnix(UnixAddress path, IFactory factory, int backlog = 50, UnixFileMode mode = UnixModes.Everybody, bool wantPid = false);

    /// <summary>Connects. Nothing is sent within the call.</summary>
    /// <param name="path">A path, or an abstract name with a zero in front.</param>
    /// <param name="factory">Makes the protocol and hears of failure and end.</param>
    /// <param name="timeout">How long an attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="checkPid">Whether to connect only if a living process holds the lock "path.lock"; else the attempt fails with <see cref="BadFileException"/>. Default false.</param>
    /// <exception cref="ArgumentException">The path is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    IConnector ConnectUnix(UnixAddress path, IClientFactory factory, TimeSpan? timeout = null, bool checkPid = false);

    /// <summary>Binds a socket for datagrams; it reads already.</summary>
    /// <param name="path">A path that is free, or an abstract name with a zero in front. The end removes the file.</param>
    /// <param name="protocol">Hears of the datagrams; senders are <see cref="UnixAddress"/>es.</param>
    /// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
    /// <param name="mode">The permissions of the file. Default 0666.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxPacketSize"/> is less than 1.</exception>
    /// <exception cref="CannotListenException">The path is taken, too long, or cannot be made.</exception>
    /// <exception cref="InvalidOperationException">The protocol is used by another port.</exception>
    IDatagramTransport ListenUnixDatagram(UnixAddress path, IDatagramProtocol protocol, int maxPacketSize = 8192, UnixFileMode mode = UnixModes.Everybody);

    /// <summary>Makes a socket for datagrams that talks to one other only.</summary>
    /// <param name="path">The other one's path or abstract name.</param>
    /// <param name="protocol">Hears of the datagrams, of refusals, and of a failure to bind or connect: that is no exception.</param>
    /// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
    /// <param name="mode">The permissions of <paramref name="bindAddress"/>'s file. Default 0666.</param>
    /// <param name="bindAddress">This end's own name, without which nobody can answer. Default null: none. <see cref="UnixAddress.Unnamed"/>: an abstract one of the kernel's choice.</param>
    /// <returns>The port; after a failure one that is not connected.</returns>
    /// <exception cref="ArgumentException">A path is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxPacketSize"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The protocol is used by another port.</exception>
    IConnectedDatagramTransport ConnectUnixDatagram(
        UnixAddress path, IConnectedDatagramProtocol protocol, int maxPacketSize = 8192, UnixFileMode mode = UnixModes.Everybody, UnixAddress? bindAddress = null);
}
