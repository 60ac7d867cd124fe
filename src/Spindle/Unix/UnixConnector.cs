using System.Net;
using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.Unix;

/// <summary>Makes connections to a UNIX socket.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class UnixConnector : StreamConnector
{
    private readonly UnixAddress _path;
    private readonly bool _checkPid;

    internal UnixConnector(IDescriptorHost host, UnixAddress path, IClientFactory factory, TimeSpan timeout, bool checkPid)
        : base(host, factory, timeout)
    {
        _path = path;
        _checkPid = checkPid;
    }

    /// <inheritdoc/>
    public override EndPoint GetDestination() => _path;

    private protected override ConnectAttempt CreateAttempt() => new UnixConnectAttempt(Host, this, _path, _checkPid);

    private protected override StreamConnection CreateConnection(int fd, EndPoint peer) => new UnixConnection(Host, fd, peer, this);
}
