namespace Spindle.Endpoints;

/// <summary>Somewhere to receive datagrams.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IDatagramServerEndpoint
{
    /// <summary>Opens the port.</summary>
    /// <param name="protocol">Hears of the datagrams.</param>
    /// <returns>The port, which reads already; fails with <see cref="CannotListenException"/>.</returns>
    Task<IDatagramTransport> ListenAsync(IDatagramProtocol protocol);
}
