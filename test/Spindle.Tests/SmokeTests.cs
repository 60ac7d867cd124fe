namespace Spindle.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Run_Awaits()
    {
        int result = EventLoop.Run(async () =>
        {
            await Task.Yield();
            await Task.Delay(TimeSpan.FromMilliseconds(5), EventLoop.Current!.TimeProvider);
            return await EventLoop.Current!.RunInExecutor(() => 42);
        });
        Assert.Equal(42, result);
    }
}
