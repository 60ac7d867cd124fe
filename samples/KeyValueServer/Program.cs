using Spindle;

Store store = new();
using AsyncSelectorReactor reactor = new();
reactor.ListenTcp(7000, Factory.For(_ => new StoreProtocol(reactor, store)), host: "127.0.0.1");
reactor.Run();
