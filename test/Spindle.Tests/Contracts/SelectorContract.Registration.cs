using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Keys and registration.</content>
public abstract partial class SelectorContract
{
    [Fact, Clause("SEL-2")]
    public void Register_FileObject_IsAskedForItsDescriptorAtOnce()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreateFullPipe();
        FileObject file = new(pipe.Read);

        SelectorKey key = selector.Register(file, Interest.Read, null);

        Assert.Equal(pipe.Read, key.Fd);
        Assert.Same(file, key.FileObject);
        Assert.Equal(1, file.Asked);
        Assert.Same(file, Assert.Single(Poll(selector)).Key.FileObject);
    }

    [Fact, Clause("SEL-3")]
    public void Register_FileObjectWithoutDescriptor_Throws()
    {
        Selector selector = NewSelector();

        Assert.ThrowsAny<ArgumentException>(() => selector.Register(new FileObject(-1), Interest.Read, null));
        Assert.Throws<ArgumentNullException>(() => selector.Register(null!, Interest.Read, null));
        Assert.Empty(selector.Map!);
    }

    [Theory, Clause("SEL-3")]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void AnyMember_NegativeDescriptor_Throws(int fd)
    {
        Selector selector = NewSelector();

        Assert.Throws<ArgumentOutOfRangeException>(() => selector.Register(fd, Interest.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => selector.Modify(fd, Interest.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => selector.Unregister(fd));
        Assert.Throws<ArgumentOutOfRangeException>(() => selector.Reassert(fd));
        Assert.Empty(selector.Map!);
    }

    [Fact, Clause("SEL-4")]
    public void EveryMember_Registered_ReturnsTheKey()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();
        object data = new();
        SelectorKey withData = new(null, pipe.Read, Interest.Read, data);

        Assert.Equal(withData, selector.Register(pipe.Read, Interest.Read, data));
        Assert.Equal(withData, selector.GetKey(pipe.Read));

        SelectorKey modified = selector.Modify(pipe.Read, Both, "other");
        Assert.Equal(new SelectorKey(null, pipe.Read, Both, "other"), modified);
        Assert.Equal(modified, selector.Unregister(pipe.Read));
    }

    [Fact, Clause("SEL-4")]
    public void Register_WithoutData_HasNone()
    {
        Selector selector = NewSelector();

        Assert.Null(selector.Register(CreatePipe().Read, Interest.Read).Data);
    }

    [Theory, Clause("SEL-5")]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(-1)]
    public void Register_MaskOfNoDirections_ThrowsAndRecordsNothing(int events)
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();

        Assert.Throws<ArgumentOutOfRangeException>(() => selector.Register(pipe.Read, (Interest)events));

        AssertUnknown(selector, pipe.Read);
        selector.Register(pipe.Read, Interest.Read);
    }

    [Fact, Clause("SEL-6")]
    public void Register_NumberIsRegistered_ThrowsEvenForAnotherObject()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();
        SelectorKey key = selector.Register(new FileObject(pipe.Read), Interest.Read, "first");

        Assert.Throws<InvalidOperationException>(() => selector.Register(new FileObject(pipe.Read), Interest.Write, "second"));
        Assert.Throws<InvalidOperationException>(() => selector.Register(pipe.Read, Interest.Write));

        Assert.Equal(key, selector.GetKey(pipe.Read));
    }

    [Fact, Clause("SEL-7", "SEL-8")]
    public void Register_RegularFile_IsRefusedAndLeavesNoTrace()
    {
        int fd = OpenRegularFile();
        AssertRefusedTwice(fd, Errno.EPERM);
    }

    [Fact, Clause("SEL-7", "SEL-8")]
    public void Register_Directory_IsRefusedAndLeavesNoTrace()
    {
        int fd = OpenDirectory();
        AssertRefusedTwice(fd, Errno.EPERM);
    }

    [Fact, Clause("SEL-7", "SEL-8")]
    public void Register_Closed_IsRefusedAndLeavesNoTrace() => AssertRefusedTwice(ClosedNumber(), Errno.EBADF);

    [Fact, Clause("SEL-8")]
    public void Register_AfterRefusal_WatchesAGoodDescriptorOfTheSameNumber()
    {
        Selector selector = NewSelector();
        int number = ClosedNumber();
        AssertErrno(Errno.EBADF, () => selector.Register(number, Interest.Read));

        DuplicateTo(CreateFullPipe().Read, number);
        selector.Register(number, Interest.Read);

        AssertReady(selector, number, Interest.Read);
    }

    [Fact, Clause("SEL-9")]
    public void Modify_KernelRefuses_KeepsTheKeyAndTheOldMask()
    {
        ScriptedChanges changes = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, changes));
        (int fd, int peer) = CreateSocketPair();
        WriteByte(peer);
        SelectorKey key = selector.Register(fd, Interest.Read, "data");

        changes.NextResult = -Errno.ENOMEM;
        AssertErrno(Errno.ENOMEM, () => selector.Modify(fd, Both, "other"));

        Assert.Equal(key, selector.GetKey(fd));
        AssertReady(selector, fd, Interest.Read);
        selector.Modify(fd, Both);
        AssertReady(selector, fd, Both);
    }

    [Fact, Clause("SEL-9")]
    public void Modify_Closed_KeepsTheKey()
    {
        Selector selector = NewSelector();
        int fd = DuplicateToOwnNumber(CreatePipe().Read);
        SelectorKey key = selector.Register(fd, Interest.Read, "data");
        CloseOwn(fd);

        AssertErrno(Errno.EBADF, () => selector.Modify(fd, Both, "other"));

        Assert.Equal(key, selector.GetKey(fd));
        Assert.Equal(key, selector.Unregister(fd));
    }

    [Fact, Clause("SEL-10")]
    public void Unregister_Unknown_Throws()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();

        Assert.Throws<KeyNotFoundException>(() => selector.Unregister(pipe.Read));
        Assert.Throws<KeyNotFoundException>(() => selector.Unregister(new FileObject(pipe.Read)));
        Assert.ThrowsAny<ArgumentException>(() => selector.Unregister(new FileObject(-1)));
    }

    [Fact, Clause("SEL-10")]
    public void Unregister_Registered_IsNoLongerWatched()
    {
        Selector selector = NewSelector();
        PipeEnds one = CreateFullPipe();
        PipeEnds other = CreateFullPipe();
        selector.Register(one.Read, Interest.Read);
        selector.Register(other.Read, Interest.Read);

        selector.Unregister(one.Read);

        AssertUnknown(selector, one.Read);
        AssertReady(selector, other.Read, Interest.Read);
    }

    [Fact, Clause("SEL-11", "SEL-12")]
    public void Unregister_ObjectIsClosed_IsFoundByIdentity()
    {
        Selector selector = NewSelector();
        int fd = DuplicateToOwnNumber(CreatePipe().Read);
        FileObject file = new(fd);
        SelectorKey key = selector.Register(file, Interest.Read, null);
        CloseOwn(fd);
        file.Fd = -1;

        Assert.Equal(key, selector.GetKey(file));
        Assert.Equal(key, selector.Unregister(file));
        Assert.Empty(selector.Map!);
        Assert.ThrowsAny<ArgumentException>(() => selector.Unregister(file));
    }

    [Fact, Clause("SEL-12")]
    public void Unregister_DescriptorIsClosed_IgnoresTheKernelsError()
    {
        Selector selector = NewSelector();
        int fd = DuplicateToOwnNumber(CreatePipe().Read);
        SelectorKey key = selector.Register(fd, Interest.Read);
        CloseOwn(fd);

        Assert.Equal(key, selector.Unregister(fd));
        Assert.Empty(Poll(selector));
    }

    [Fact, Clause("SEL-13")]
    public void Modify_Unknown_Throws()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();

        Assert.Throws<KeyNotFoundException>(() => selector.Modify(pipe.Read, Interest.Read));
        Assert.Throws<KeyNotFoundException>(() => selector.Modify(new FileObject(pipe.Read), Interest.Read, null));
        AssertUnknown(selector, pipe.Read);
    }

    [Fact, Clause("SEL-14")]
    public void Modify_MaskUnchanged_ReplacesDataWithoutAKernelCall()
    {
        ScriptedChanges changes = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, changes));
        PipeEnds pipe = CreatePipe();
        selector.Register(pipe.Read, Interest.Read, "old");
        int before = changes.Count;

        SelectorKey key = selector.Modify(pipe.Read, Interest.Read, "new");

        Assert.Equal("new", key.Data);
        Assert.Equal(key, selector.GetKey(pipe.Read));
        Assert.Equal(before, changes.Count);
    }

    [Fact, Clause("SEL-14")]
    public void Modify_MaskChanged_IsOneKernelCall()
    {
        ScriptedChanges changes = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, changes));
        (int fd, _) = CreateSocketPair();
        selector.Register(fd, Interest.Read, "old");
        int before = changes.Count;

        selector.Modify(fd, Interest.Write, "new");

        Assert.Equal(before + 1, changes.Count);
        Assert.Equal(new SelectorKey(null, fd, Interest.Write, "new"), selector.GetKey(fd));
        AssertReady(selector, fd, Interest.Write);
    }

    [Theory, Clause("SEL-15")]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    public void Modify_MaskOfNoDirections_ThrowsAndChangesNothing(int events)
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreateFullPipe();
        SelectorKey key = selector.Register(pipe.Read, Interest.Read, "data");

        Assert.Throws<ArgumentOutOfRangeException>(() => selector.Modify(pipe.Read, (Interest)events, "other"));

        Assert.Equal(key, selector.GetKey(pipe.Read));
        AssertReady(selector, pipe.Read, Interest.Read);
    }

    [Fact, Clause("SEL-16")]
    public void GetKey_UnknownOrClosed_Throws()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();

        Assert.Throws<KeyNotFoundException>(() => selector.GetKey(pipe.Read));
        Assert.Throws<KeyNotFoundException>(() => selector.GetKey(int.MaxValue));

        selector.Register(pipe.Read, Interest.Read);
        selector.Close();
        Assert.Throws<ObjectDisposedException>(() => selector.GetKey(pipe.Read));
    }

    [Fact, Clause("SEL-16")]
    public void Map_WhileOpen_IsALiveView()
    {
        Selector selector = NewSelector();
        IReadOnlyDictionary<int, SelectorKey> map = selector.Map!;
        PipeEnds pipe = CreatePipe();
        Assert.Empty(map);

        SelectorKey read = selector.Register(pipe.Read, Interest.Read);
        SelectorKey write = selector.Register(pipe.Write, Interest.Write);

        Assert.Equal(2, map.Count);
        Assert.Equal(read, map[pipe.Read]);
        Assert.True(map.TryGetValue(pipe.Write, out SelectorKey found));
        Assert.Equal(write, found);
        Assert.Equal([pipe.Read, pipe.Write], map.Keys.Order());
        Assert.Equal([read, write], map.Values.OrderBy(key => key.Fd));
        Assert.Throws<KeyNotFoundException>(() => map[ClosedNumber()]);

        selector.Unregister(pipe.Read);
        Assert.Equal(KeyValuePair.Create(pipe.Write, write), Assert.Single(map));

        selector.Close();
        Assert.Null(selector.Map);
    }

    [Fact, Clause("SEL-17")]
    public void Close_Twice_ReleasesAllAndRefusesFromThenOn()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();
        selector.Register(pipe.Read, Interest.Read);

        selector.Close();
        selector.Close();

        Assert.True(selector.IsClosed);
        Assert.Equal(2, Kernel.Ledger.Count); // The pipe.
        Assert.Throws<ObjectDisposedException>(() => selector.Register(pipe.Write, Interest.Write));
        Assert.Throws<ObjectDisposedException>(() => selector.Modify(pipe.Read, Interest.Read));
        Assert.Throws<ObjectDisposedException>(() => selector.Unregister(pipe.Read));
        Assert.Throws<ObjectDisposedException>(() => Poll(selector));
    }

    [Fact, Clause("SEL-18")]
    public void Dispose_LeavingTheScope_Closes()
    {
        Selector selector;
        using (selector = CreateSelector(Kernel))
        {
            Assert.False(selector.IsClosed);
        }

        Assert.True(selector.IsClosed);
        Assert.Equal(0, Kernel.Ledger.Count);
    }

    private void AssertRefusedTwice(int fd, int errno)
    {
        ScriptedChanges changes = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, changes));

        AssertErrno(errno, () => selector.Register(fd, Interest.Read));
        AssertUnknown(selector, fd);
        Assert.Empty(Poll(selector));

        int before = changes.Count;
        AssertErrno(errno, () => selector.Register(fd, Interest.Write));
        Assert.Equal(before + 1, changes.Count);
        AssertUnknown(selector, fd);
    }
}
