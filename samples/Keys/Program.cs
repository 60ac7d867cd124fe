// Shows every key that is pressed as the bytes that it sends, and the size of the window when that changes; ends with q.
using System.Text;
using Spindle;
using Spindle.Stdio;

using AsyncSelectorReactor reactor = new();
Terminal terminal = new(reactor: reactor);
terminal.EnterRawMode(); // Left again however the program ends.
StandardIO screen = new(new Keys(reactor), reactor: reactor);
terminal.SizeChanged += (_, _) => screen.Write(Encoding.ASCII.GetBytes($"{terminal.Size.Columns} columns\r\n"));
screen.Write("Press keys; q ends.\r\n"u8);
reactor.Run();
