using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

public sealed class LinuxFilesTests : LedgerCheckedTest
{
    private IFiles Files => Kernel.Files;

    [Fact]
    public void Open_File_IsListedAndCloseOnExec()
    {
        int fd = OpenRegularFile();

        Assert.True(NativeCalls.IsCloseOnExec(fd));
        Assert.Equal(1, Kernel.Ledger.Count);

        byte[] start = new byte[2];
        Assert.Equal(2, Files.Read(fd, start));
        Assert.Equal("MZ"u8, start); // An assembly.
        Assert.Equal(-Errno.EBADF, Files.Write(fd, start)); // Opened for reading.
    }

    [Fact]
    public void Open_NotThere_IsAnError()
    {
        Assert.Equal(-Errno.ENOENT, Files.Open("/no/such/file", writable: false));
        Assert.Equal(-Errno.ENOENT, Files.Open("/no/such/file", writable: true)); // It makes nothing.
        Assert.Equal(0, Kernel.Ledger.Count);
    }

    [Fact]
    public void CreatePipe_Always_CarriesBytesWithoutBlocking()
    {
        Assert.Equal(0, Files.CreatePipe(out int read, out int write));
        Own(read);
        Own(write);

        Assert.All([read, write], end =>
        {
            Assert.True(NativeCalls.IsCloseOnExec(end));
            Assert.True(NativeCalls.IsNonBlocking(end));
        });
        byte[] buffer = new byte[8];
        Assert.Equal(-Errno.EAGAIN, Files.Read(read, buffer));
        Assert.Equal(3, Files.Write(write, "abc"u8));
        Assert.Equal(3, Files.Read(read, buffer));
        Assert.Equal("abc"u8, buffer.AsSpan(0, 3));

        CloseOwn(write);
        AssertComesTo(0, () => Files.Read(read, buffer));
    }

    [Fact]
    public void Write_ReaderIsGone_IsAnErrorAndNoSignal()
    {
        PipeEnds pipe = CreatePipe();
        CloseOwn(pipe.Read);

        AssertComesTo(-Errno.EPIPE, () => Files.Write(pipe.Write, "abc"u8));
    }

    [Fact]
    public void Duplicate_Pipe_IsTheSameFile()
    {
        PipeEnds pipe = CreateFullPipe();

        int copy = Own(Files.Duplicate(pipe.Read));

        Assert.NotEqual(pipe.Read, copy);
        Assert.True(NativeCalls.IsCloseOnExec(copy));
        Assert.Equal(0, Files.Identify(pipe.Read, out FileIdentity one));
        Assert.Equal(0, Files.Identify(copy, out FileIdentity other));
        Assert.Equal(one, other);
        ReadByte(copy);
    }

    [Fact]
    public void Identify_Kinds_SaysWhatCanBeWatched()
    {
        Assert.True(Identify(CreatePipe().Read).CanBeWatched);
        Assert.True(Identify(CreateSocketPair().First).CanBeWatched);
        Assert.True(Identify(Own(Files.Open("/dev/null", writable: false))).CanBeWatched);
        Assert.False(Identify(OpenRegularFile()).CanBeWatched);
        Assert.False(Identify(OpenDirectory()).CanBeWatched);
    }

    [Fact]
    public void IdentifyPath_Kinds_SaysWhatIsThere()
    {
        Assert.Equal(0, Files.IdentifyPath("/", out FileIdentity root));
        Assert.Equal(Identify(OpenDirectory()), root);
        Assert.False(root.IsRegularFile);
        Assert.Equal(0, Files.IdentifyPath("/bin/sh", out FileIdentity shell)); // A link.
        Assert.True(shell.IsRegularFile);
        Assert.Equal(-Errno.ENOENT, Files.IdentifyPath("/no/such/file", out _));
        Assert.Equal(-Errno.ENOTDIR, Files.IdentifyPath("/etc/passwd/x", out _));
    }

    [Fact, Clause("FDESC-1")]
    public void SetNonBlockingAndCloseOnExec_ThereAndBack_Hold()
    {
        int fd = CreatePipe().Read;

        Assert.Equal(0, Files.SetNonBlocking(fd, isNonBlocking: false));
        Assert.Equal(0, Files.SetCloseOnExec(fd, isCloseOnExec: false));
        Assert.Equal((false, false), (NativeCalls.IsNonBlocking(fd), NativeCalls.IsCloseOnExec(fd)));

        Assert.Equal(0, Files.SetNonBlocking(fd, isNonBlocking: true));
        Assert.Equal(0, Files.SetCloseOnExec(fd, isCloseOnExec: true));
        Assert.Equal((true, true), (NativeCalls.IsNonBlocking(fd), NativeCalls.IsCloseOnExec(fd)));
        Assert.Equal(0, Files.SetNonBlocking(fd, isNonBlocking: true));
    }

    [Fact, Clause("STDIO-10")]
    public void ReplaceByNull_WritingEnd_ClosesItAndKeepsTheNumber()
    {
        PipeEnds pipe = CreatePipe();

        Assert.Equal(0, Files.ReplaceByNull(pipe.Write));

        byte[] buffer = new byte[1];
        Assert.Equal(0, Files.Read(pipe.Read, buffer)); // The end.
        Assert.Equal(1, Files.Write(pipe.Write, buffer));
        Assert.Equal(0, Files.Read(pipe.Write, buffer));
        Assert.Equal(-Errno.EBADF, Files.ReplaceByNull(-1));
    }

    [Fact, Clause("STDIO-12")]
    public void GetStatus_Ends_TellsModeAndDirections()
    {
        PipeEnds pipe = CreatePipe();
        Assert.Equal(0, Files.SetNonBlocking(pipe.Write, isNonBlocking: false));

        Assert.Equal(0, Files.GetStatus(pipe.Read, out FileStatus read));
        Assert.Equal(0, Files.GetStatus(pipe.Write, out FileStatus write));

        Assert.Equal(new FileStatus(IsNonBlocking: true, CanRead: true, CanWrite: false, IsCloseOnExec: true), read);
        Assert.Equal(new FileStatus(IsNonBlocking: false, CanRead: false, CanWrite: true, IsCloseOnExec: true), write);
        Assert.Equal(-Errno.EBADF, Files.GetStatus(-1, out _));
    }

    [Fact]
    public unsafe void WriteVector_TwoPieces_WritesBoth()
    {
        PipeEnds pipe = CreatePipe();
        byte[] first = GC.AllocateArray<byte>(2, pinned: true);
        byte[] second = GC.AllocateArray<byte>(1, pinned: true);
        "ab"u8.CopyTo(first);
        second[0] = (byte)'c';
        IoVector[] pieces = [PieceOf(first), PieceOf(second)];

        Assert.Equal(3, Files.WriteVector(pipe.Write, pieces));

        byte[] buffer = new byte[8];
        Assert.Equal(3, Files.Read(pipe.Read, buffer));
        Assert.Equal("abc"u8, buffer.AsSpan(0, 3));
    }

    [Fact]
    public void Identify_TwoPipes_AreTwoFiles() =>
        Assert.NotEqual(Identify(CreatePipe().Read), Identify(CreatePipe().Read));

    [Fact, Clause("SEL-7")]
    public void AnyCall_Closed_IsBadDescriptor()
    {
        int fd = ClosedNumber();

        Assert.Equal(-Errno.EBADF, Files.Identify(fd, out FileIdentity identity));
        Assert.Equal(default, identity);
        Assert.Equal(-Errno.EBADF, Files.Read(fd, new byte[1]));
        Assert.Equal(-Errno.EBADF, Files.Write(fd, new byte[1]));
        Assert.Equal(-Errno.EBADF, Files.WriteVector(fd, []));
        Assert.Equal(-Errno.EBADF, Files.SetNonBlocking(fd, isNonBlocking: true));
        Assert.Equal(-Errno.EBADF, Files.SetCloseOnExec(fd, isCloseOnExec: true));
        Assert.Equal(-Errno.EBADF, Files.Duplicate(fd));
        Assert.Equal(-Errno.EBADF, Files.Close(fd));
        Assert.Equal(0, Kernel.Ledger.Count);
    }

    private static unsafe IoVector PieceOf(byte[] pinned) =>
        new() { Start = (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), Length = (nuint)pinned.Length };

    private FileIdentity Identify(int fd)
    {
        Assert.Equal(0, Files.Identify(fd, out FileIdentity identity));
        return identity;
    }
}
