using Spindle.Kernel;

namespace Spindle.Serial;

/// <summary>How a serial line is driven.</summary>
/// <remarks>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: the parameters of Twisted's <c>SerialPort</c>. There is no timeout: nothing here waits.</para>
/// </remarks>
public sealed record SerialOptions
{
    /// <summary>Bits in a second, 1 or more, any number that the device can do. Default 9,600.</summary>
    public int BaudRate { get; init; } = 9_600;

    /// <summary>Bits in a byte, 5 to 8. Default 8.</summary>
    public int ByteSize { get; init; } = 8;

    /// <summary>The parity bit. Default: none.</summary>
    public SerialParity Parity { get; init; }

    /// <summary>Bits between two bytes, 1 or 2. Default 1.</summary>
    public int StopBits { get; init; } = 1;

    /// <summary>Whether either side stops the other by the bytes 19 and 17, which then cannot be carried. Default false.</summary>
    public bool XonXoff { get; init; }

    /// <summary>Whether either side stops the other by the lines RTS and CTS. Default false.</summary>
    public bool RtsCts { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BaudRate, 1, nameof(BaudRate));
        ArgumentOutOfRangeException.ThrowIfLessThan(ByteSize, 5, nameof(ByteSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ByteSize, 8, nameof(ByteSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(StopBits, 1, nameof(StopBits));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(StopBits, 2, nameof(StopBits));
        if (!Enum.IsDefined(Parity))
        {
            throw new ArgumentOutOfRangeException(nameof(Parity), Parity, "There is no such parity.");
        }
    }

    /// <summary>The mode that does it.</summary>
    internal TerminalMode ApplyTo(TerminalMode mode)
    {
        const uint SizeStep = 0x10; // CS5 is zero, CS6 one step, CS8 three.
        mode = mode.ToRaw();
        mode.Input &= ~(TerminalMode.IXON | TerminalMode.IXOFF | TerminalMode.IXANY | TerminalMode.INPCK);
        mode.Input |= XonXoff ? TerminalMode.IXON | TerminalMode.IXOFF : 0;
        mode.Control &= ~(TerminalMode.CSIZE | TerminalMode.CSTOPB | TerminalMode.PARENB | TerminalMode.PARODD | TerminalMode.CMSPAR | TerminalMode.CRTSCTS);
        mode.Control |= TerminalMode.CREAD | TerminalMode.CLOCAL | ((uint)(ByteSize - 5) * SizeStep);
        mode.Control |= StopBits == 2 ? TerminalMode.CSTOPB : 0;
        mode.Control |= RtsCts ? TerminalMode.CRTSCTS : 0;
        mode.Control |= Parity switch
        {
            SerialParity.Even => TerminalMode.PARENB,
            SerialParity.Odd => TerminalMode.PARENB | TerminalMode.PARODD,
            SerialParity.Mark => TerminalMode.PARENB | TerminalMode.CMSPAR | TerminalMode.PARODD,
            SerialParity.Space => TerminalMode.PARENB | TerminalMode.CMSPAR,
            _ => 0,
        };
        return WithBaudRate(mode, BaudRate);
    }

    /// <summary>The same mode at another speed, which may be one that has no name of its own.</summary>
    internal static TerminalMode WithBaudRate(TerminalMode mode, int baudRate)
    {
        mode.Control &= ~(TerminalMode.CBAUD | (TerminalMode.CBAUD << TerminalMode.InputSpeedShift));
        mode.Control |= TerminalMode.BOTHER | (TerminalMode.BOTHER << TerminalMode.InputSpeedShift);
        mode.InputSpeed = mode.OutputSpeed = (uint)baudRate;
        return mode;
    }
}
