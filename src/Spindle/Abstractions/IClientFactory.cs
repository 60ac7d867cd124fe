namespace Spindle;

/// <summary>A factory that also follows the attempts to connect.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IClientFactory : IFactory
{
    /// <summary>An attempt begins. It may be stopped in here.</summary>
    void StartedConnecting(IConnector connector);

    /// <summary>The attempt failed. <see cref="IConnector.Connect"/> in here starts another.</summary>
    void ClientConnectionFailed(IConnector connector, Exception reason);

    /// <summary>The connection ended, after its protocol was told. <see cref="IConnector.Connect"/> in here starts another.</summary>
    void ClientConnectionLost(IConnector connector, Exception reason);
}
