using System.Globalization;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Unix;

namespace Spindle.Tests.Unix;

/// <summary>Locks between processes.</summary>
public sealed class LockFileTests : IDisposable
{
    private static readonly string Own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private readonly ScratchFolder _folder = new();
    private readonly FaultKernel _kernel = new(new LinuxKernel());

    private string Name => _folder.File("lock");

    private string? Target => new FileInfo(Name).LinkTarget;

    public void Dispose() => _folder.Dispose();

    [Fact, Clause("UNIX-32", "UNIX-34")]
    public void TryTake_Free_TakesItCleanly()
    {
        LockFile file = Create();

        Assert.True(file.TryTake());
        Assert.Equal((true, true, Own), (file.IsHeld, file.IsClean, Target));
        file.Release();
        Assert.Equal((false, null), (file.IsHeld, Target));
    }

    [Fact, Clause("UNIX-32")]
    public void TryTake_OwnerLives_LeavesIt()
    {
        Assert.True(Create().TryTake());
        LockFile second = Create();

        Assert.False(second.TryTake());
        Assert.False(second.IsHeld);
        File.Delete(Name);
        File.CreateSymbolicLink(Name, "1"); // Another user's, for most.
        Assert.False(second.TryTake());
    }

    [Fact, Clause("UNIX-32")]
    public void TryTake_OwnerIsDead_TakesItOver()
    {
        File.CreateSymbolicLink(Name, "123456");
        _kernel.Plan.FailNext(Operation.Probe, Errno.ESRCH);
        LockFile file = Create();

        Assert.True(file.TryTake());
        Assert.Equal((true, false, Own), (file.IsHeld, file.IsClean, Target));
    }

    [Fact, Clause("UNIX-33")]
    public void TryTake_LinkVanishesWhileItIsLookedAt_TriesAgain()
    {
        _kernel.Plan.FailNext(Operation.Link, Errno.EEXIST);
        LockFile file = Create();

        Assert.True(file.TryTake()); // The link was gone when it was read.
        Assert.True(file.IsClean);
    }

    [Fact, Clause("UNIX-33")]
    public void TryTake_AnotherCleansUpFirst_TriesAgain()
    {
        File.CreateSymbolicLink(Name, "123456");
        _kernel.Plan.FailNext(Operation.Probe, Errno.ESRCH);
        _kernel.Plan.AddNext(Operation.Unlink, FaultKind.ErrorAfter, Errno.ENOENT);

        Assert.True(Create().TryTake());
        Assert.Equal(Own, Target);
    }

    [Theory, Clause("UNIX-33")]
    [InlineData(Operation.Link, Errno.EACCES, "symlink")]
    [InlineData(Operation.ReadLink, Errno.EACCES, "readlink")]
    [InlineData(Operation.Unlink, Errno.EACCES, "unlink")]
    public void TryTake_ACallFails_TellsIt(Operation operation, int errno, string call)
    {
        File.CreateSymbolicLink(Name, "123456");
        _kernel.Plan.FailNext(Operation.Probe, Errno.ESRCH);
        _kernel.Plan.FailNext(operation, errno);

        SystemCallException failure = Assert.Throws<SystemCallException>(() => Create().TryTake());

        Assert.Equal((call, errno), (failure.Call, failure.Errno));
    }

    [Fact, Clause("UNIX-33")]
    public void TryTake_WhatIsThereIsNoLock_TellsIt()
    {
        File.CreateSymbolicLink(Name, "/somewhere");
        Assert.Contains("no process", Assert.Throws<SpindleException>(() => Create().TryTake()).Message, StringComparison.Ordinal);
        File.Delete(Name);
        File.WriteAllText(Name, "");
        Assert.Contains("no link", Assert.Throws<SpindleException>(() => Create().TryTake()).Message, StringComparison.Ordinal);
    }

    [Fact, Clause("UNIX-34")]
    public void Release_AnothersOrGone_ThrowsAndLeavesIt()
    {
        LockFile file = Create();
        Assert.True(file.TryTake());
        File.Delete(Name);
        Assert.Equal(Errno.ENOENT, Assert.Throws<SystemCallException>(file.Release).Errno);
        File.CreateSymbolicLink(Name, "1");

        Assert.Contains("process 1's", Assert.Throws<InvalidOperationException>(file.Release).Message, StringComparison.Ordinal);
        Assert.Equal("1", Target);
    }

    [Fact, Clause("UNIX-34")]
    public void IsTaken_Any_TriesAndLeavesItAsItWas()
    {
        Assert.False(LockFile.IsTaken(Create()));
        Assert.Null(Target);
        Assert.True(Create().TryTake());
        Assert.True(LockFile.IsTaken(Create()));
        Assert.Equal(Own, Target);
    }

    private LockFile Create() => new(_kernel, System.Text.Encoding.UTF8.GetBytes(Name));
}
