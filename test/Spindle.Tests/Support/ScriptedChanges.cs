using Microsoft.Win32.SafeHandles;
using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>
/// What selectors ask when a registration is made or changed, epoll_ctl(2) or statx(2): counts the calls, and may fail
/// instead.
/// </summary>
internal sealed class ScriptedChanges(IKernel real) : IEpolls, IFiles
{
    /// <summary>How many additions and changes were asked for; removals do not count.</summary>
    public int Count { get; private set; }

    /// <summary>What the next change gives instead of being made, when it is not zero.</summary>
    public int NextResult { get; set; }

    public int Create() => real.Epolls.Create();

    public int Control(int epoll, EpollOperation operation, int fd, uint mask, ulong data) =>
        operation == EpollOperation.Delete || TakeNext() is not { } scripted
            ? real.Epolls.Control(epoll, operation, fd, mask, data)
            : scripted;

    public int Wait(int epoll, EpollEvents events, long timeoutNanoseconds) => real.Epolls.Wait(epoll, events, timeoutNanoseconds);

    public int Identify(int fd, out FileIdentity identity)
    {
        identity = default;
        return TakeNext() ?? real.Files.Identify(fd, out identity);
    }

    public int Open(string path, bool writable) => real.Files.Open(path, writable);

    public int CreatePipe(out int readEnd, out int writeEnd) => real.Files.CreatePipe(out readEnd, out writeEnd);

    public int Duplicate(int fd) => real.Files.Duplicate(fd);

    public int Read(int fd, Span<byte> buffer) => real.Files.Read(fd, buffer);

    public int Write(int fd, ReadOnlySpan<byte> data) => real.Files.Write(fd, data);

    public int WriteVector(int fd, ReadOnlySpan<IoVector> pieces) => real.Files.WriteVector(fd, pieces);

    public int SetNonBlocking(int fd, bool isNonBlocking) => real.Files.SetNonBlocking(fd, isNonBlocking);

    public int GetStatus(int fd, out FileStatus status) => real.Files.GetStatus(fd, out status);

    public int ReplaceByNull(int fd) => real.Files.ReplaceByNull(fd);

    public int SetCloseOnExec(int fd, bool isCloseOnExec) => real.Files.SetCloseOnExec(fd, isCloseOnExec);

    public int IdentifyPath(string path, out FileIdentity identity) => real.Files.IdentifyPath(path, out identity);

    public SafeFileHandle HandOver(int fd) => real.Files.HandOver(fd);

    public int Close(int fd) => real.Files.Close(fd);

    private int? TakeNext()
    {
        Count++;
        int result = NextResult;
        NextResult = 0;
        return result == 0 ? null : result;
    }
}
