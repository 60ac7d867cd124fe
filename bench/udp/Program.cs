using System.Net;
using Spindle;
using Spindle.Bench.Udp;

// Echoes datagrams on a port of 127.0.0.1, as echo.c does. "single" after the port's number: each goes to the kernel by itself.
using AsyncSelectorReactor reactor = new();
UdpOptions options = new() { UseSegmentation = args.ElementAtOrDefault(1) != "single" };
IUdpTransport port = reactor.ListenUdp(int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture), new Echo(), "127.0.0.1", options: options);
Console.WriteLine(((IPEndPoint)port.GetHost()).Port);
reactor.Run();
