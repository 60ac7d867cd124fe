using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spindle.Endpoints;

/// <summary>A listening socket that somebody else has made.</summary>
/// <remarks>
/// <para>It can be listened on once: the socket is adopted, which sets it to non-blocking mode, and the handle that was given is closed.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>AdoptedStreamServerEndpoint</c>.</para>
/// </remarks>
public sealed class AdoptedStreamServerEndpoint : IStreamServerEndpoint
{
    private readonly IReactorSocket _reactor;
    private readonly SafeHandle _socket;
    private readonly AddressFamily _addressFamily;
    private bool _isUsed;

    /// <summary>Makes one; nothing happens before <see cref="ListenAsync"/>.</summary>
    /// <param name="reactor">The reactor to listen on.</param>
    /// <param name="socket">The socket, bound and listening; the endpoint's from now on.</param>
    /// <param name="addressFamily">Its family: IPv4, IPv6 or UNIX.</param>
    public AdoptedStreamServerEndpoint(IReactorSocket reactor, SafeHandle socket, AddressFamily addressFamily)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentNullException.ThrowIfNull(socket);
        _reactor = reactor;
        _socket = socket;
        _addressFamily = addressFamily;
    }

    /// <inheritdoc/>
    /// <remarks>A second call fails with <see cref="AlreadyListenedException"/>.</remarks>
    public Task<IListeningPort> ListenAsync(IFactory factory)
    {
        if (_isUsed)
        {
            return Task.FromException<IListeningPort>(new AlreadyListenedException());
        }

        _isUsed = true;
        try
        {
            return Task.FromResult(_reactor.AdoptStreamPort(_socket, _addressFamily, factory));
        }
        catch (Exception failure)
        {
            return Task.FromException<IListeningPort>(failure);
        }
        finally
        {
            _socket.Dispose();
        }
    }
}
