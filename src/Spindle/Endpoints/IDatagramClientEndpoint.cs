namespace Spindle.Endpoints;

/// <summary>Somewhere to send datagrams to.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IDatagramClientEndpoint
{
    /// <summary>Opens a port of its own that talks to that address only. Nothing is sent.</summary>
    /// <param name="protocol">Hears of the datagrams, and when nobody listens there.</param>
    /// <param name="cancellationToken">Ends the look-up of the name.</param>
    /// <returns>The port; fails with <see cref="DnsLookupException"/>, <see cref="CannotListenException"/> or <see cref="SystemCallException"/>.</returns>
    Task<IDatagramTransport> ConnectAsync(IDatagramProtocol protocol, CancellationToken cancellationToken = default);
}
