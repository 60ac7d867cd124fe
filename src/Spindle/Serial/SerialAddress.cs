using System.Net;

namespace Spindle.Serial;

/// <summary>The address of either end of a <see cref="SerialPort"/>: the device.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed class SerialAddress : EndPoint
{
    /// <summary>Makes one.</summary>
    /// <param name="device">The device's path.</param>
    public SerialAddress(string device)
    {
        ArgumentException.ThrowIfNullOrEmpty(device);
        Device = device;
    }

    /// <summary>The device's path.</summary>
    public string Device { get; }

    /// <summary>The device's path.</summary>
    public override string ToString() => Device;
}
