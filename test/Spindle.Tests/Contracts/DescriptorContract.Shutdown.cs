using Spindle.Loops;
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
        IReadOnlyList<Support.LogRecord> errors = rig.TakeErrors();
        Assert.All(errors, record => Assert.Same(failure, record.Exception));
        Assert.Equal(["[first]", "[second]"], errors.Select(record => record.Text.Split(' ')[0]).Order());
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
