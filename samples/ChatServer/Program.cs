// A chat by lines: whoever connects says a name, and then all hear what each says. Try it with several of: nc 127.0.0.1 7001
using System.Globalization;
using System.Text;
using Spindle;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7001;
List<Guest> room = [];
using AsyncSelectorReactor reactor = new() { SignalGrace = TimeSpan.FromSeconds(1) };
TcpListenOptions options = new() { WriteLimit = 1 << 20 }; // A guest that does not read is sent away.
IListeningPort door = reactor.ListenTcp(port, Factory.For(_ => new Guest(room)), host: "127.0.0.1", options: options);
Console.WriteLine($"listening tcp:{door.GetHost()}");
reactor.Run();
reactor.DieOfExitSignal();

internal sealed class Guest : LineReceiver
{
    private readonly List<Guest> _room; // One thread for all: no lock.
    private string? _name;

    public Guest(List<Guest> room)
    {
        _room = room;
        Delimiter = "\n"u8;
        MaxLength = 1_000; // Whoever sends a longer line is sent away.
    }

    public override void ConnectionMade() => SendLine("Your name?");

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        string text = Encoding.UTF8.GetString(line).Trim();
        if (_name is not null)
        {
            SayToAll($"<{_name}> {text}");
        }
        else if (text.Length == 0 || _room.Exists(guest => guest._name == text))
        {
            SendLine("Another name, please.");
        }
        else
        {
            _name = text;
            _room.Add(this);
            SayToAll($"* {_name} has come, we are {_room.Count}");
        }
    }

    public override void ConnectionLost(Exception reason)
    {
        if (_room.Remove(this))
        {
            SayToAll($"* {_name} has left");
        }
    }

    private void SayToAll(string line) => _room.ForEach(guest => guest.SendLine(line));
}
