namespace Spindle.Endpoints;

/// <summary>Hears how one attempt to connect ends, within the call that ends it.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface IConnectResult
{
    /// <summary>Whether nobody waits for it any more.</summary>
    bool IsOver { get; }

    /// <summary>The protocol's connection is made.</summary>
    void Succeeded(IProtocol protocol);

    /// <summary>There will be none.</summary>
    void Failed(Exception reason);
}
