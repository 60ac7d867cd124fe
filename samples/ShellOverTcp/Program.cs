// A shell on a terminal of its own for everyone who connects. There is no password: it listens on this machine only, where
// every user may come in as whoever has started it. Try it with: socat -,raw,echo=0 TCP:127.0.0.1:2323
using System.Globalization;
using Spindle;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2323;
using AsyncSelectorReactor reactor = new() { SignalGrace = TimeSpan.FromSeconds(1) };
IListeningPort door = reactor.ListenTcp(port, Factory.For(_ => new Guest(reactor)), host: "127.0.0.1");
Console.WriteLine($"listening tcp:{door.GetHost()}");
reactor.Run();
reactor.DieOfExitSignal();
