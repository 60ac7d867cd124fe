using Spindle.Loops;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>The end of a reactor, as descriptors see it.</content>
public abstract partial class DescriptorContract
{
    [Fact, Clause("CORE-42", "CORE-43", "FD-17", "OVR-17")]
    public void Stop_Watched_AreAllRemovedBeforeAnyIsToldEachInItsContext() => Run(async (rig, fd, other) =>
    {
        List<string> seen = [];
        TestDescriptor reader = new(fd, "reader");
        TestDescriptor writer = new(other, "writer");
        foreach (TestDescriptor descriptor in new[] { reader, writer })
        {
            descriptor.OnLost = () => seen.Add($"{rig.Reactor.LogSystem} {rig.Reactor.GetReaders().Count} {rig.Reactor.GetWriters().Count} {rig.Reactor.IsRunning}");
        }

        rig.Reactor.AddReader(reader);
        rig.Reactor.AddWriter(writer);

        await rig.StopAsync();

        Assert.Equal(["reader 0 0 False", "writer 0 0 False"], seen.Order());
        Assert.IsType<ConnectionLostException>(Assert.Single(reader.Losses));
        Assert.IsType<ConnectionLostException>(Assert.Single(writer.Losses));
        Assert.Equal("-", rig.Reactor.LogSystem);
    });

    [Fact, Clause("CORE-42", "OVR-17")]
    public void Stop_OneThrowsWhenItIsTold_IsLoggedWithItsNameAndTheOthersAreTold() => Run(async (rig, fd, other) =>
    {
        InvalidOperationException failure = new("the user's");
        TestDescriptor[] both = [new(fd, "first") { OnLost = () => throw failure }, new(other, "second") { OnLost = () => throw failure }];
        Array.ForEach(both, rig.Reactor.AddReader);

        await rig.StopAsync();

        Assert.All(both, descriptor => Assert.Single(descriptor.Losses));
        IReadOnlyList<LogRecord> errors = rig.TakeErrors();
        Assert.All(errors, record => Assert.Same(failure, record.Exception));
        Assert.Equal(["[first]", "[second]"], errors.Select(record => record.Text.Split(' ')[0]).Order());
    });

    [Theory, Clause("FD-1", "FD-17", "CORE-42")]
    [InlineData(true)]
    [InlineData(false)]
    public void RemoveAllAndStop_ObjectsThatAreEqual_AreTwo(bool isStop) => Run(async (rig, fd, other) =>
    {
        EqualDescriptor first = new(fd);
        EqualDescriptor second = new(other);
        rig.Reactor.AddReader(first);
        rig.Reactor.AddWriter(second);

        if (isStop)
        {
            await rig.StopAsync();
            Assert.Equal((1, 1), (first.Losses.Count, second.Losses.Count));
        }
        else
        {
            Assert.Equal(2, rig.Reactor.RemoveAll().Count);
        }

        Assert.Empty(rig.Reactor.GetReaders());
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("CORE-43", "FD-19")]
    public void Add_AfterTheShutdownOnALoopThatGoesOn_IsListedAndNotServed() => Run(async (rig, fd, other) =>
    {
        TestDescriptor late = new(other);
        TestDescriptor early = new(fd) { OnLost = () => rig.Reactor.AddReader(late) };
        rig.Reactor.AddReader(early);
        await rig.StopAsync();
        TestDescriptor last = new(fd);
        rig.Reactor.AddReader(last);
        rig.Reactor.AddWriter(last);
        MakeReadable(rig, fd);
        MakeReadable(rig, other);
        Assert.Throws<ArgumentException>(() => rig.Reactor.AddReader(new TestDescriptor(-1)));

        await rig.NextTurn();
        await rig.NextTurn();

        Assert.Equal(0, late.Reads + last.Reads + last.Writes);
        Assert.Equal(new HashSet<IReadDescriptor> { late, last }, rig.Reactor.GetReaders().ToHashSet());
        Assert.Equal([last], rig.Reactor.GetWriters());
        Assert.Empty(rig.Reactor.GetDelayedCalls());
        rig.Reactor.RemoveReader(late);
        rig.Reactor.Dispose();
        Assert.Empty(late.Losses);
        Assert.IsType<ConnectionLostException>(Assert.Single(last.Losses));
    });

    [Fact, Clause("CORE-43", "FD-29")]
    public void Add_RegularFileAfterTheShutdown_IsNotServed() => RunWithFile(async (rig, fd) =>
    {
        TestDescriptor early = new(fd);
        rig.Reactor.AddReader(early);
        await rig.StopAsync();
        int reads = early.Reads;
        TestDescriptor late = new(fd);
        rig.Reactor.AddReader(late);

        TaskCompletionSource passed = new();
        rig.Loop.CallLater(TimeSpan.FromMilliseconds(5), passed.SetResult);
        await passed.Task;

        Assert.Equal((reads, 0), (early.Reads, late.Reads));
        Assert.Empty(rig.Reactor.GetDelayedCalls());
        rig.Reactor.RemoveReader(late);
    });

    [Fact, Clause("FD-13", "CORE-42", "OVR-17", "I2")]
    public void Stop_NumberHasJustComeToStandForAnotherFile_TheOldIsToldOnceInItsContext() => Run(async (rig, fd, other) =>
    {
        int number = DescriptorNumbers.Next();
        NativeCalls.DuplicateTo(fd, number);
        List<string> systems = [];
        TestDescriptor old = new(number, "old");
        old.OnLost = () => systems.Add(rig.Reactor.LogSystem);
        rig.Reactor.AddReader(old);
        NativeCalls.DuplicateTo(other, number); // Closes the old file under the number.
        TestDescriptor fresh = new(number, "fresh");
        rig.Reactor.CallLater(TimeSpan.Zero, () =>
        {
            rig.Reactor.AddReader(fresh);
            rig.Reactor.Stop(); // Before the next turn, in which the old one is usually told.
        });

        await rig.Reactor.Stopped;
        await rig.NextTurn();

        Assert.IsType<DescriptorWentAwayException>(Assert.Single(old.Losses));
        Assert.Equal(["old"], systems);
        Assert.IsType<ConnectionLostException>(Assert.Single(fresh.Losses));
        _ = rig.Kernel.Files.Close(number);
    });

    [Fact, Clause("CORE-37", "CORE-38")]
    public void Crash_Watched_StaysWatchedAndIsServedByTheNextRun() => Run(async (rig, fd, other) =>
    {
        TestDescriptor descriptor = new(fd);
        rig.Reactor.AddReader(descriptor);
        rig.Reactor.AddWriter(descriptor);
        DelayedCall call = rig.Reactor.CallLater(TimeSpan.FromHours(1), () => { });

        rig.Reactor.Crash();

        Assert.Empty(descriptor.Losses);
        Assert.Equal([descriptor], rig.Reactor.GetReaders());
        Assert.Equal([descriptor], rig.Reactor.GetWriters());
        Assert.True(call.IsActive);
        rig.Reactor.StartRunning();
        descriptor.OnRead = () =>
        {
            Drain(rig, fd);
            return null;
        };
        MakeReadable(rig, other);
        await rig.Until(() => descriptor.Reads > 0 && descriptor.Writes > 0);
        call.Cancel();
    });
}
