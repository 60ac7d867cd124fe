using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Descriptors that are closed without being unregistered, and numbers that are handed out again.</content>
public abstract partial class SelectorContract
{
    [Fact, Clause("SEL-30")]
    public void Reassert_SameFile_SaysSo()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreateFullPipe();
        SelectorKey key = selector.Register(pipe.Read, Interest.Read, "data");

        Assert.True(selector.Reassert(pipe.Read));

        Assert.Equal(key, selector.GetKey(pipe.Read));
        AssertReady(selector, pipe.Read, Interest.Read);
    }

    [Fact, Clause("SEL-30")]
    public void Reassert_NumberReused_WatchesTheNewFile()
    {
        Selector selector = NewSelector();
        (int number, int writeEnd) = RegisterThenReuse(selector, Interest.Read);

        Assert.False(selector.Reassert(number));

        Assert.Empty(Poll(selector));
        WriteByte(writeEnd);
        AssertReady(selector, number, Interest.Read);
        Assert.True(selector.Reassert(number));
    }

    [Fact, Clause("SEL-30")]
    public void Modify_NumberReusedForTheOtherDirection_WatchesTheNewFile()
    {
        Selector selector = NewSelector();
        int number = DuplicateToOwnNumber(CreatePipe().Read);
        selector.Register(number, Interest.Read);
        CloseOwn(number);
        DuplicateTo(CreateSocketPair().First, number);

        selector.Modify(number, Both);

        AssertReady(selector, number, Interest.Write);
    }

    [Fact, Clause("SEL-30")]
    public void Modify_OwnerChangedAndMaskUnchanged_WatchesTheNewFile()
    {
        Selector selector = NewSelector();
        int number = DuplicateToOwnNumber(CreatePipe().Read);
        selector.Register(new FileObject(number), Interest.Read, null);
        CloseOwn(number);
        DuplicateTo(CreateFullPipe().Read, number);
        FileObject owner = new(number);

        SelectorKey key = selector.Modify(owner, Interest.Read, null);

        Assert.Same(owner, key.FileObject);
        AssertReady(selector, number, Interest.Read);
    }

    [Fact, Clause("SEL-30")]
    public void Register_NumberReusedAfterUnregister_WatchesTheNewFile()
    {
        Selector selector = NewSelector();
        int number = DuplicateToOwnNumber(CreateFullPipe().Read);
        selector.Register(number, Interest.Read);
        CloseOwn(number);
        selector.Unregister(number);
        PipeEnds fresh = CreatePipe();
        DuplicateTo(fresh.Read, number);

        selector.Register(number, Interest.Read);

        Assert.Empty(Poll(selector));
        WriteByte(fresh.Write);
        AssertReady(selector, number, Interest.Read);
    }

    [Fact, Clause("SEL-9", "SEL-30")]
    public void Reassert_Closed_ThrowsAndKeepsTheKey()
    {
        Selector selector = NewSelector();
        int fd = DuplicateToOwnNumber(CreatePipe().Read);
        SelectorKey key = selector.Register(fd, Interest.Read, "data");
        CloseOwn(fd);

        AssertErrno(Errno.EBADF, () => selector.Reassert(fd));

        Assert.Equal(key, selector.GetKey(fd));
    }

    [Fact, Clause("SEL-9", "SEL-30")]
    public void Reassert_NumberReusedByARegularFile_IsRefusedAndKeepsTheKey()
    {
        Selector selector = NewSelector();
        int fd = DuplicateToOwnNumber(CreatePipe().Read);
        SelectorKey key = selector.Register(fd, Interest.Read, "data");
        CloseOwn(fd);
        DuplicateTo(OpenRegularFile(), fd);

        AssertErrno(Errno.EPERM, () => selector.Reassert(fd));
        AssertErrno(Errno.EPERM, () => selector.Modify(fd, Both));

        Assert.Equal(key, selector.GetKey(fd));
        Assert.Equal(key, selector.Unregister(fd));
    }

    [Fact]
    public void Reassert_Unknown_Throws()
    {
        Selector selector = NewSelector();

        Assert.Throws<KeyNotFoundException>(() => selector.Reassert(CreatePipe().Read));
    }

    [Fact, Clause("SEL-25", "SEL-29")]
    public void Select_UnregisteredFileLivesOnInADuplicate_IsNeitherReportedNorSpinning()
    {
        Selector selector = NewSelector();
        CreateZombie(selector);
        PipeEnds other = CreatePipe();
        selector.Register(other.Read, Interest.Read);

        // The first look may find the zombie; from then on it is gone, and a wait sleeps.
        Assert.Empty(Poll(selector));
        long start = Kernel.Clock.MonotonicTicks;
        Assert.Equal(0, selector.Select(new TimeSpan(20_000)).Length);
        Assert.True(Kernel.Clock.MonotonicTicks - start >= 20_000);

        WriteByte(other.Write);
        AssertReady(selector, other.Read, Interest.Read);
    }

    [Fact, Clause("SEL-25", "SEL-29", "SEL-30")]
    public void Select_NumberReusedWhileADuplicateLivesOn_ReportsTheNewFileOnly()
    {
        Selector selector = NewSelector();
        PipeEnds old = CreatePipe();
        int number = DuplicateToOwnNumber(old.Read); // The duplicate is what lives on.
        selector.Register(number, Interest.Read, "old");
        CloseOwn(number);
        PipeEnds fresh = CreatePipe();
        DuplicateTo(fresh.Read, number);
        Assert.False(selector.Reassert(number));

        WriteByte(old.Write);
        Assert.Empty(Poll(selector));
        Assert.Empty(Poll(selector));

        WriteByte(fresh.Write);
        AssertReady(selector, number, Interest.Read);
    }

    [Fact, Clause("SEL-31")]
    public void Unregister_BeforeClose_LeavesNothingOfADuplicate()
    {
        ScriptedWaits waits = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        int setsMade = waits.SetsMade;
        PipeEnds pipe = CreateFullPipe();
        int number = DuplicateToOwnNumber(pipe.Read);
        selector.Register(number, Interest.Read);

        selector.Unregister(number);
        CloseOwn(number);

        Assert.Empty(Poll(selector));
        Assert.Equal(setsMade, waits.SetsMade); // There was nothing to be got rid of.
    }

    /// <summary>What poll and select do about a closed descriptor, of which epoll never speaks again.</summary>
    private protected void AssertClosedIsReported(Interest asked)
    {
        Selector selector = NewSelector();
        int closed = DuplicateToOwnNumber(CreateSocketPair().First);
        PipeEnds other = CreateFullPipe();
        PipeEnds silent = CreatePipe();
        selector.Register(closed, asked);
        selector.Register(other.Read, Interest.Read);
        selector.Register(silent.Read, Interest.Read);
        CloseOwn(closed);

        ReadyKey[] expected = [new(selector.GetKey(other.Read), Interest.Read), new(selector.GetKey(closed), asked)];
        Assert.Equal(expected, Poll(selector).OrderBy(ready => ready.Key.Fd));

        selector.Unregister(closed);
        AssertReady(selector, other.Read, Interest.Read);
    }

    /// <summary>A readable file that was closed, then unregistered, while a duplicate of it lives on.</summary>
    private protected void CreateZombie(Selector selector)
    {
        int number = DuplicateToOwnNumber(CreateFullPipe().Read);
        selector.Register(number, Interest.Read);
        CloseOwn(number);
        selector.Unregister(number);
    }

    /// <summary>Registers a pipe's read end, closes it behind the selector's back, and has another pipe take the number.</summary>
    private protected (int Number, int WriteEnd) RegisterThenReuse(Selector selector, Interest events)
    {
        int number = DuplicateToOwnNumber(CreatePipe().Read);
        selector.Register(number, events);
        CloseOwn(number);
        PipeEnds fresh = CreatePipe();
        DuplicateTo(fresh.Read, number);
        return (number, fresh.Write);
    }
}
