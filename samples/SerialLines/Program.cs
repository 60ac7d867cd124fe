// Shows what a serial line says, line by line, until it goes away: SerialLines /dev/ttyUSB0
using Spindle;
using Spindle.Serial;

string device = args.Length > 0 ? args[0] : "/dev/ttyUSB0";
using AsyncSelectorReactor reactor = new();
_ = new SerialPort(new Lines(reactor), device, reactor, new SerialOptions { BaudRate = 115_200 });
reactor.Run();
