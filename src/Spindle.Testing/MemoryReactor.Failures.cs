using System.Net;
using Spindle.Kernel;

namespace Spindle.Testing;

/// <content>What fails.</content>
public sealed partial class MemoryReactor
{
    private readonly MemoryFailures _failures = new();

    /// <summary>What all calls that listen throw, those for UNIX sockets, datagrams and adopted sockets too; null: nothing. Default null.</summary>
    public Exception? ListenFailure { get; set; }

    /// <summary>
    /// How attempts to connect fail that are begun while this is set: at the next <see cref="Advance"/>, unless the test has ended
    /// them otherwise by then. Null: the test decides for each. Default null.
    /// </summary>
    /// <remarks>For <see cref="ConnectUnixDatagram"/> there is <see cref="UnixDatagramFailure"/>.</remarks>
    public Exception? ConnectFailure { get; set; }

    /// <summary>Throws what a reactor would have logged, of nobody else's calls.</summary>
    internal void ThrowFailures() => _failures.Throw();

    internal void AttemptBegun(MemoryConnector connector)
    {
        if (ConnectFailure is not { } failure)
        {
            return;
        }

        int attempt = connector.Attempts;
        CallFromThread(() =>
        {
            if (connector.State == ConnectorState.Connecting && connector.Attempts == attempt)
            {
                connector.Fail(failure);
            }
        });
    }

    private void ThrowIfListeningFails()
    {
        if (ListenFailure is not null)
        {
            throw ListenFailure;
        }
    }

    /// <exception cref="CannotListenException">A port of this reactor listens there.</exception>
    private void EnsureFree(IPEndPoint address, string host, bool mayShare)
    {
        bool isTaken = !mayShare && _tcpServers.Select(server => server.Listener)
            .Concat(_sslServers.Select(server => server.Listener))
            .Any(listener => listener.IsListening && Overlap((IPEndPoint)listener.GetHost(), address));
        if (isTaken)
        {
            throw new CannotListenException(host, address.Port, $"bind: {Errno.Describe(Errno.EADDRINUSE)} (errno {Errno.EADDRINUSE})", Errno.EADDRINUSE);
        }
    }

    private static bool Overlap(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port && one.AddressFamily == other.AddressFamily
        && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
