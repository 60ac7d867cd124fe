using Spindle.Kernel;

namespace Spindle.Serial;

/// <summary>How a serial line is driven.</summary>
/// <remarks>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: the parameters of Twisted's <c>SerialPort</c>. There is no timeout: nothing here waits.</para>
/// </remarks>
public sealed record SerialOptions
{
    // The names of speeds: B50 is 1, B38400 15; B57600 is 0x1001 and B4000000 0x100F. A zero stands where there is none.
    private static readonly int[] LowRates = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1_200, 1_800, 2_400, 4_800, 9_600, 19_200, 38_400];

    private static readonly int[] HighRates =
    [
        0, 57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
    ];

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
        ArgumentOutOfRangeException.ThrowIfLessThan((int)Parity, (int)SerialParity.None, nameof(Parity));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)Parity, (int)SerialParity.Space, nameof(Parity));
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

    /// <summary>The same mode at another speed. One that has a name gets it: other programs know no more of a speed than its name.</summary>
    internal static TerminalMode WithBaudRate(TerminalMode mode, int baudRate)
    {
        int low = Array.IndexOf(LowRates, baudRate);
        int high = Array.IndexOf(HighRates, baudRate);
        uint name = low > 0 ? (uint)low : high > 0 ? TerminalMode.BOTHER + (uint)high : TerminalMode.BOTHER;
        mode.Control &= ~(TerminalMode.CBAUD | (TerminalMode.CBAUD << TerminalMode.InputSpeedShift));
        mode.Control |= name | (name << TerminalMode.InputSpeedShift);
        mode.InputSpeed = mode.OutputSpeed = (uint)baudRate;
        return mode;
    }
}
