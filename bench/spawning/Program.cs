using System.Globalization;
using Spindle;
using Spindle.Bench.Spawning;

// Echoes on a port of 127.0.0.1 and spawns children beside, if it is told to: lines "CHILDREN PER-SECOND sync|async" on
// standard input. Port 0: no echo, only the spawning.
int port = int.Parse(args[0], CultureInfo.InvariantCulture);
using AsyncSelectorReactor reactor = new();
if (port != 0)
{
    reactor.ListenTcp(port, Factory.For<Echo>(), backlog: 1024, host: "127.0.0.1");
}

Thread orders = new(() =>
{
    while (Console.ReadLine()?.Split(' ') is [string children, string perSecond, string how])
    {
        int count = int.Parse(children, CultureInfo.InvariantCulture);
        double pause = 1 / double.Parse(perSecond, CultureInfo.InvariantCulture);
        reactor.CallFromThread(() => new Nursery(reactor, count, TimeSpan.FromSeconds(pause), isAsync: how == "async").Start());
    }

    reactor.CallFromThread(reactor.Stop);
});
orders.Start();
Console.WriteLine("listening");
reactor.Run();
