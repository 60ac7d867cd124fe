using System.Text;
using Spindle.Tls;

namespace Spindle.Tests.Testing;

/// <summary>Upgrades and goes back at a line's request, and notes what it hears.</summary>
internal sealed class UpgradingReceiver(TlsContext context) : LineReceiver, ITlsHandshakeListener, ITlsStopListener
{
    public List<string> Heard { get; } = [];

    public Action? OnHandshake { get; set; }

    public bool AgreesToStop { get; set; } = true;

    public Task? Stopped { get; private set; }

    public Exception? Reason { get; private set; }

    public ITlsTransport Connection => Transport.FindAbility<ITlsTransport>()!;

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        string text = Encoding.ASCII.GetString(line);
        Heard.Add(text);
        switch (text)
        {
            case "STARTTLS":
                SendLine("go ahead");
                Connection.StartTls(context);
                SendLine("welcome");
                break;
            case "STOPTLS":
                SendLine("as you like");
                Stopped = Connection.StopTls();
                SendLine("in the clear");
                break;
            case "QUIT":
                SendLine("bye");
                Transport.LoseConnection();
                break;
        }
    }

    public void HandshakeCompleted()
    {
        Heard.Add("(handshake)");
        OnHandshake?.Invoke();
    }

    public bool PeerStopsTls()
    {
        Heard.Add("(peer stops)");
        return AgreesToStop;
    }

    public override void ConnectionLost(Exception reason) => Reason = reason;
}
