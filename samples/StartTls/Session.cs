using System.Text;
using Spindle;
using Spindle.Tls;

/// <summary>STARTTLS, WHO, QUIT: a line each, answered with a line. The dialect is that of mail servers.</summary>
internal sealed class Session(TlsContext context) : LineReceiver
{
    private ITlsTransport Connection => Transport.FindAbility<ITlsTransport>()!;

    public override void ConnectionMade() => SendLine("220 at your service");

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        switch (Encoding.ASCII.GetString(line).Split(' '))
        {
            case ["EHLO", ..]:
                SendLine("250-hello\r\n250 STARTTLS");
                break;
            case ["STARTTLS"] when !Connection.IsTls:
                SendLine("220 go ahead"); // In the clear: it was written before.
                Connection.StartTls(context);
                break;
            case ["WHO"]:
                SendLine(Connection.TlsSession is { } session ? $"250 {session.Protocol}" : "250 everybody who listens");
                break;
            case ["QUIT"]:
                SendLine("221 bye");
                Transport.LoseConnection();
                break;
            default:
                SendLine("502 EHLO, STARTTLS, WHO or QUIT");
                break;
        }
    }
}
