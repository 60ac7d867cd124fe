using Spindle;

using AsyncSelectorReactor reactor = new();
reactor.ConnectTcp("localhost", 7000, new HeartbeatFactory(reactor));
reactor.Run();
