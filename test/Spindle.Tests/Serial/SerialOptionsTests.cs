using Spindle.Kernel;
using Spindle.Serial;

namespace Spindle.Tests.Serial;

public sealed class SerialOptionsTests
{
    private const uint All = TerminalMode.CSIZE | TerminalMode.CSTOPB | TerminalMode.PARENB | TerminalMode.PARODD | TerminalMode.CMSPAR | TerminalMode.CRTSCTS;

    [Theory, Clause("SER-1")]
    [InlineData(5, SerialParity.None, 1, 0u)]
    [InlineData(6, SerialParity.Even, 2, 0x10u | 0x40u | 0x100u)]
    [InlineData(7, SerialParity.Odd, 1, 0x20u | 0x100u | 0x200u)]
    [InlineData(8, SerialParity.Mark, 1, 0x30u | 0x100u | 0x200u | 0x40000000u)]
    [InlineData(8, SerialParity.Space, 1, 0x30u | 0x100u | 0x40000000u)]
    public void ApplyTo_AnyMode_SetsTheseBits(int byteSize, SerialParity parity, int stopBits, uint bits)
    {
        SerialOptions options = new() { ByteSize = byteSize, Parity = parity, StopBits = stopBits };

        TerminalMode mode = options.ApplyTo(new TerminalMode { Control = uint.MaxValue, Input = uint.MaxValue });

        Assert.Equal(bits, mode.Control & All);
        Assert.Equal(13u, mode.Control & TerminalMode.CBAUD);
        Assert.Equal(0u, mode.Input & (TerminalMode.IXON | TerminalMode.IXOFF | TerminalMode.IXANY));
        Assert.Equal(9_600u, mode.OutputSpeed);
    }

    [Theory, Clause("SER-2")]
    [InlineData(1, 0x1000u)]
    [InlineData(50, 1u)]
    [InlineData(38_400, 15u)]
    [InlineData(115_200, 0x1002u)]
    [InlineData(250_000, 0x1000u)]
    [InlineData(4_000_000, 0x100Fu)]
    public void WithBaudRate_AnySpeed_HasItsNameIfItHasOne(int baudRate, uint name)
    {
        TerminalMode mode = SerialOptions.WithBaudRate(new TerminalMode { Control = uint.MaxValue }, baudRate);

        Assert.Equal(name, mode.Control & TerminalMode.CBAUD);
        Assert.Equal(name, (mode.Control >> TerminalMode.InputSpeedShift) & TerminalMode.CBAUD);
        Assert.Equal(((uint)baudRate, (uint)baudRate), (mode.InputSpeed, mode.OutputSpeed));
    }

    [Theory]
    [InlineData(0, 8, SerialParity.None, 1)]
    [InlineData(1, 4, SerialParity.None, 1)]
    [InlineData(1, 9, SerialParity.None, 1)]
    [InlineData(1, 8, (SerialParity)5, 1)]
    [InlineData(1, 8, SerialParity.None, 0)]
    [InlineData(1, 8, SerialParity.None, 3)]
    public void Check_OutOfRange_Throws(int baudRate, int byteSize, SerialParity parity, int stopBits) =>
        Assert.Throws<ArgumentOutOfRangeException>(new SerialOptions { BaudRate = baudRate, ByteSize = byteSize, Parity = parity, StopBits = stopBits }.Check);
}
