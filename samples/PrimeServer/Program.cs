using Spindle;

using AsyncSelectorReactor reactor = new();
reactor.ListenTcp(7000, Factory.For(_ => new PrimeProtocol(reactor)), host: "127.0.0.1");
reactor.Run();
