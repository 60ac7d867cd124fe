using System.Net;
using Spindle;
using Spindle.Bench.Udp;

// Echoes datagrams on a port of 127.0.0.1, as echo.c does.
using AsyncSelectorReactor reactor = new();
IUdpTransport port = reactor.ListenUdp(int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture), new Echo(), "127.0.0.1");
Console.WriteLine(((IPEndPoint)port.GetHost()).Port);
reactor.Run();
