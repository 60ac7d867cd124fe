namespace Spindle.Serial;

/// <summary>A serial port could not be opened.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class SerialPortException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="device">The device's path.</param>
    /// <param name="errno">The error number.</param>
    public SerialPortException(string device, int errno)
        : base($"{device} cannot be opened as a serial port: {Explain(errno)}.", errno) => Device = device;

    /// <summary>The device's path.</summary>
    public string Device { get; }

    private static string Explain(int errno) => errno switch
    {
        Kernel.Errno.EAGAIN or Kernel.Errno.EBUSY => "it is in use",
        Kernel.Errno.ENOTTY => "it is no serial line",
        _ => Kernel.Errno.Describe(errno),
    };
}
