using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>A pipe whose writing end is given away, and which tells whether anybody still has it.</summary>
internal sealed class TestPipe : IDisposable
{
    private readonly LinuxKernel _kernel = new(); // Its descriptors are no business of the reactor's.
    private readonly int _read;

    public TestPipe(ReactorRig rig)
    {
        Assert.Equal(0, _kernel.Files.CreatePipe(out _read, out int write));
        Write = _kernel.Files.HandOver(write);
        Identity = Identify(rig, Write);
    }

    public SafeFileHandle Write { get; }

    public FileIdentity Identity { get; }

    public static FileIdentity Identify(ReactorRig rig, SafeHandle handle)
    {
        Assert.Equal(0, rig.Kernel.Files.Identify((int)handle.DangerousGetHandle(), out FileIdentity identity));
        return identity;
    }

    public int ReadSome() => _kernel.Files.Read(_read, new byte[16]);

    /// <summary>A pipe has its end when no descriptor of the writing side is left, here, elsewhere, or on its way.</summary>
    /// <remarks>A child that another test makes has it for a moment, until it runs its program.</remarks>
    public void AssertNobodyWrites()
    {
        int result = ReadSome();
        for (long end = Environment.TickCount64 + 60_000; result == -Errno.EAGAIN && Environment.TickCount64 < end; result = ReadSome())
        {
            Thread.Yield();
        }

        Assert.Equal(0, result);
    }

    public void Dispose()
    {
        Write.Dispose();
        _ = _kernel.Files.Close(_read);
    }
}
