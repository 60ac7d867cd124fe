using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>Regular files: no selector can wait for them; they get their turn once a millisecond (FD-29 to FD-35).</summary>
public abstract partial class DescriptorContract
{
    [Theory, Clause("FD-5", "FD-6", "FD-29", "FD-32", "FD-35")]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_RegularFile_IsServedAgainAndAgain(bool isReading) => RunWithFile(async (rig, fd) =>
    {
        int calls = 0;
        TestDescriptor file = new(fd) { OnRead = Count, OnWrite = Count };
        Add(rig, file, isReading);
        int asked = rig.Plan.Calls.Count;
        Add(rig, file, isReading); // FD-35: found where it is, not handed to the loop again.
        Assert.Equal(asked, rig.Plan.Calls.Count);
        Assert.Equal(1, file.Filenos);

        Assert.Equal(isReading, rig.Reactor.GetReaders().Contains(file));
        Assert.Equal(!isReading, rig.Reactor.GetWriters().Contains(file));
        await rig.Until(() => calls >= 3);

        Remove(rig, file, isReading);
        AssertUnwatched(rig, file);
        int then = calls;
        await rig.NextTurn();
        Assert.Equal(then, calls);

        Exception? Count()
        {
            calls++;
            return null;
        }
    });

    [Fact, Clause("FD-33", "FD-34")]
    public void RegularFile_Polled_IsServedAtMostOnceAMillisecondAndLeavesNoTimerBehind() => RunWithFile(async (rig, fd) =>
    {
        int calls = 0;
        TestDescriptor file = new(fd)
        {
            OnRead = () =>
            {
                calls++;
                return null;
            },
        };
        TimeSpan start = rig.Loop.Time;
        rig.Reactor.AddReader(file);
        await rig.Until(() => calls >= 20);

        Assert.True(rig.Loop.Time - start >= TimeSpan.FromMilliseconds(20), $"{calls} calls took {rig.Loop.Time - start}");
        Assert.Contains(file, rig.Reactor.RemoveAll());
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("FD-30")]
    public void RegularFile_DoReadThrows_IsDisconnectedWithTheException() => RunWithFile(async (rig, fd) =>
    {
        InvalidOperationException failure = new("read");
        TestDescriptor file = new(fd) { OnRead = () => throw failure };
        rig.Reactor.AddReader(file);
        await rig.Until(() => file.Losses.Count > 0);

        Assert.Same(failure, Assert.Single(file.Losses));
        AssertUnwatched(rig, file);
        Assert.Same(failure, Assert.Single(rig.TakeErrors()).Exception);
    });

    [Fact, Clause("FD-31")]
    public void RegularFile_RemovedByAnotherInTheSameTurn_IsNotServed() => RunWithFile(async (rig, fd) =>
    {
        int other = rig.Kernel.Files.Duplicate(fd);
        List<string> served = [];
        TestDescriptor first = new(fd);
        TestDescriptor second = new(other);
        first.OnRead = () => Serve("first", second);
        second.OnRead = () => Serve("second", first);
        rig.Reactor.AddReader(first);
        rig.Reactor.AddReader(second);
        await rig.Until(() => served.Count > 0);
        await rig.NextTurn();

        Assert.Single(served);
        rig.Reactor.RemoveAll();
        _ = rig.Kernel.Files.Close(other);

        Exception? Serve(string name, TestDescriptor unwanted)
        {
            served.Add(name);
            rig.Reactor.RemoveReader(unwanted);
            rig.Reactor.RemoveReader(name == "first" ? first : second);
            return null;
        }
    });

    [Fact, Clause("FD-17", "FD-18", "FD-20")]
    public void RemoveAll_Watched_ReturnsEachOnceAndStopsTheWatching() => Run((rig, fd, other) =>
    {
        TestDescriptor both = new(fd);
        TestDescriptor reader = new(other);
        rig.Reactor.AddReader(both);
        rig.Reactor.AddWriter(both);
        rig.Reactor.AddReader(reader);

        IReadOnlyList<IFileDescriptor> removed = rig.Reactor.RemoveAll();

        Assert.Equal(2, removed.Count);
        Assert.Contains(both, removed);
        Assert.Contains(reader, removed);
        AssertUnwatched(rig, both);
        AssertUnwatched(rig, reader);
        return Task.CompletedTask;
    });

    private void RunWithFile(Func<ReactorRig, int, Task> test) => Run(async (rig, _, _) =>
    {
        int file = rig.Kernel.Files.Open(typeof(DescriptorContract).Assembly.Location, writable: false);
        Assert.True(file >= 0);
        await test(rig, file);
        _ = rig.Kernel.Files.Close(file);
    });

    private static void Remove(ReactorRig rig, TestDescriptor descriptor, bool isReading)
    {
        if (isReading)
        {
            rig.Reactor.RemoveReader(descriptor);
        }
        else
        {
            rig.Reactor.RemoveWriter(descriptor);
        }
    }
}
