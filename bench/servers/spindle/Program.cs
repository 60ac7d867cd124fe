// The project's own reactor, used as its documentation shows.
using Spindle;
using Spindle.Bench;

const int Backlog = 4096;

if (args.Length != 2 || !int.TryParse(args[1], out int port))
{
    Console.Error.WriteLine("usage: spindle-server echo|stats-echo|framed|sink|source PORT");
    return 2;
}

Factory factory = args[0] switch
{
    "echo" => Factory.For<Echo>(),
    "stats-echo" => Factory.For<StatsEcho>(),
    "framed" => Factory.For<Framed>(),
    "sink" => Factory.For<Sink>(),
    "source" => Factory.For<Source>(),
    _ => throw new ArgumentException($"There is no mode {args[0]}."),
};

var reactor = new AsyncSelectorReactor();
reactor.ListenTcp(port, factory, Backlog, "127.0.0.1", new TcpListenOptions { NoDelay = true });
Console.WriteLine($"listening {port}");
reactor.Run();
return 0;
