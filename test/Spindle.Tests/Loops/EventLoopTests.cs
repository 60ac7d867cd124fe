using Spindle.Loops;
using Spindle.Selectors;

namespace Spindle.Tests.Loops;

public sealed class EventLoopTests
{
    [Fact, Clause("LOOP-25")]
    public void Run_Work_GivesItsResultAndClosesTheLoop()
    {
        IEventLoop? loop = null;

        int result = EventLoop.Run(async () =>
        {
            loop = EventLoop.Current;
            await Task.Yield();
            return 42;
        });

        Assert.Equal(42, result);
        Assert.True(loop!.IsClosed);
        Assert.Null(EventLoop.Current);
    }

    [Fact, Clause("LOOP-25")]
    public void Run_WorkFails_ThrowsAndClosesTheLoop()
    {
        IEventLoop? loop = null;
        InvalidOperationException failure = new("The work fails.");

        Assert.Same(failure, Record.Exception(() => EventLoop.Run(() =>
        {
            loop = EventLoop.Current;
            throw failure;
        })));

        Assert.True(loop!.IsClosed);
        Assert.Null(EventLoop.Current);
    }

    [Fact]
    public void Run_Options_AreThoseOfTheLoop()
    {
        EventLoopOptions options = new()
        {
            Selector = SelectorKind.Poll,
            Debug = true,
            SlowCallbackDuration = TimeSpan.MaxValue,
        };

        EventLoop.Run(
            () =>
            {
                SelectorEventLoop loop = Assert.IsType<SelectorEventLoop>(EventLoop.Current);
                Assert.Equal(SelectorKind.Poll, loop.SelectorKind);
                Assert.True(loop.Debug);
                Assert.Equal(TimeSpan.MaxValue, loop.SlowCallbackDuration);
                return Task.CompletedTask;
            },
            options);
        Assert.Equal(1, EventLoop.Run(() => Task.FromResult(1), options));
    }

    [Fact, Clause("LOOP-3")]
    public void Run_ALoopRunsOnThisThread_Throws()
    {
        EventLoop.Run(() =>
        {
            Assert.Throws<InvalidOperationException>(void () => EventLoop.Run(() => Task.CompletedTask));
            return Task.CompletedTask;
        });
    }
}
