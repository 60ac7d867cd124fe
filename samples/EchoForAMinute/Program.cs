using Spindle;
using Spindle.Loops;

EventLoop.Run(async () =>
{
    IEventLoop loop = EventLoop.Current!;
    using AsyncSelectorReactor reactor = new(); // On the loop that runs.
    reactor.StartRunning();
    reactor.ListenTcp(7000, Factory.For<Echo>(), host: "127.0.0.1");
    await Task.Delay(TimeSpan.FromMinutes(1), loop.TimeProvider);
    await reactor.StopAsync(grace: TimeSpan.FromSeconds(5));
});

internal sealed class Echo : Protocol
{
    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);
}
