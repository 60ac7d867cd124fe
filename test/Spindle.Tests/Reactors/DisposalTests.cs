using Spindle.Loops;

namespace Spindle.Tests.Reactors;

/// <summary>A reactor that is disposed of before its loop is, or too early.</summary>
public sealed class DisposalTests : ReactorTest
{
    [Theory, Clause("CORE-36", "THR-9")]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_TheLoopGoesOn_NothingOfTheReactorsIsMadeAnyMore(bool wasStarted) => Loop.RunUntilComplete(async () =>
    {
        AsyncSelectorReactor reactor = new(Loop);
        if (wasStarted)
        {
            reactor.StartRunning();
        }

        DelayedCall pending = reactor.CallLater(TimeSpan.Zero, () => Journal.Add("delayed call"));
        reactor.CallFromThread(() => Journal.Add("call from a thread"));
        reactor.Dispose();
        TaskCompletionSource later = new();
        Loop.CallLater(TimeSpan.FromMilliseconds(1), later.SetResult);
        await later.Task;

        Assert.Empty(Journal);
        Assert.True(pending.IsActive); // As at a shutdown.
        pending.Cancel();
    });

    [Fact]
    public void Dispose_ItsOwnLoopRuns_ThrowsAndChangesNothing()
    {
        AsyncSelectorReactor reactor = new(new EventLoopOptions { Selector = Kind, LoggerFactory = Log });
        reactor.StartRunning();
        reactor.CallLater(TimeSpan.Zero, () =>
        {
            Assert.Throws<InvalidOperationException>(reactor.Dispose);
            Assert.True(reactor.IsRunning);
            reactor.Stop();
        });
        reactor.Iterate(TimeSpan.FromSeconds(1));
        Assert.True(reactor.Stopped.IsCompletedSuccessfully);

        reactor.Dispose();
        reactor.Dispose();

        Assert.True(reactor.EventLoop.IsClosed);
    }
}
