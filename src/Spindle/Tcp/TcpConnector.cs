using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Streams;

namespace Spindle.Tcp;

/// <summary>Makes TCP connections.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class TcpConnector : StreamConnector
{
    private readonly EndPoint _destination;
    private readonly IPEndPoint? _bindAddress;
    private readonly TcpConnectOptions _options;

    internal TcpConnector(IDescriptorHost host, EndPoint destination, IClientFactory factory, TimeSpan timeout, IPEndPoint? bindAddress, TcpConnectOptions options)
        : base(host, factory, timeout)
    {
        _destination = destination;
        _bindAddress = bindAddress;
        _options = options;
    }

    /// <inheritdoc/>
    public override EndPoint GetDestination() => _destination;

    /// <summary>A literal as an <see cref="IPEndPoint"/>, anything else as a <see cref="DnsEndPoint"/>.</summary>
    internal static EndPoint ParseDestination(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is a number from 0 to 65535.");
        }

        if (host.Length == 0)
        {
            return new IPEndPoint(IPAddress.Any, port); // Stands for this machine (NAME-1).
        }

        return InternetAddresses.TryParse(host, out IPAddress address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
    }

    private protected override ConnectAttempt CreateAttempt() => new TcpConnectAttempt(Host, this, _destination, _bindAddress, _options);

    private protected override StreamConnection CreateConnection(int fd, EndPoint peer) => new TcpConnection(Host, fd, peer, this, _options);
}
