using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary><c>struct termios2</c> of Linux, which has speeds as plain numbers; x64 and arm64 have it alike.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TerminalMode : IEquatable<TerminalMode>
{
    // c_iflag.
    public const uint BRKINT = 2;
    public const uint IXON = 0x400;
    public const uint IXOFF = 0x1000;
    public const uint IXANY = 0x800;
    public const uint INPCK = 0x10;

    // c_cflag.
    public const uint CSIZE = 0x30;
    public const uint CS8 = 0x30;
    public const uint CSTOPB = 0x40;
    public const uint CREAD = 0x80;
    public const uint PARENB = 0x100;
    public const uint PARODD = 0x200;
    public const uint CLOCAL = 0x800;
    public const uint CBAUD = 0x100F;
    public const uint BOTHER = 0x1000; // The speed is a number in its own field.
    public const uint CMSPAR = 0x40000000;
    public const uint CRTSCTS = 0x80000000;
    public const int InputSpeedShift = 16;

    private const uint IGNBRK = 1;
    private const uint PARMRK = 8;
    private const uint ISTRIP = 0x20;
    private const uint INLCR = 0x40;
    private const uint IGNCR = 0x80;
    private const uint ICRNL = 0x100;
    private const uint OPOST = 1;
    private const uint ISIG = 1;
    private const uint ICANON = 2;
    private const uint ECHO = 8;
    private const uint ECHONL = 0x40;
    private const uint IEXTEN = 0x8000;
    private const int VTIME = 5;
    private const int VMIN = 6;
    private const int CharacterCount = 19;

    public uint Input;
    public uint Output;
    public uint Control;
    public uint Local;
    public byte Line;
    public fixed byte Characters[CharacterCount];
    public uint InputSpeed;
    public uint OutputSpeed;

    /// <summary>The same terminal, passing every byte on as it is: no lines, no echo, no signals for control characters.</summary>
    public readonly TerminalMode ToRaw()
    {
        TerminalMode raw = this;
        raw.Input &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        raw.Output &= ~OPOST;
        raw.Local &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        raw.Control = (raw.Control & ~(CSIZE | PARENB)) | CS8;
        raw.Characters[VMIN] = 1;
        raw.Characters[VTIME] = 0;
        return raw;
    }

    public readonly bool Equals(TerminalMode other) => AsBytes(in this).SequenceEqual(AsBytes(in other));

    public override readonly bool Equals(object? obj) => obj is TerminalMode other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Input, Output, Control, Local);

    private static ReadOnlySpan<byte> AsBytes(in TerminalMode mode) => MemoryMarshal.AsBytes(new ReadOnlySpan<TerminalMode>(in mode));
}
