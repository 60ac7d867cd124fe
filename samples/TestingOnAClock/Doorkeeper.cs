using System.Text;
using Spindle;
using Spindle.Loops;

/// <summary>Asks who is there, and waits half a minute for the answer.</summary>
internal sealed class Doorkeeper(IReactorTime reactor) : Protocol
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StringBuilder _name = new();
    private DelayedCall? _timeout;

    public override void ConnectionMade()
    {
        Transport.Write("Who is there?\n"u8);
        _timeout = reactor.CallLater(Patience, Transport.AbortConnection);
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _name.Append(Encoding.UTF8.GetString(data));
        if (data.EndsWith("\n"u8))
        {
            Transport.Write(Encoding.UTF8.GetBytes($"Come in, {_name.ToString().TrimEnd()}.\n"));
            Transport.LoseConnection();
        }
    }

    public override void ConnectionLost(Exception reason)
    {
        if (_timeout is { IsActive: true })
        {
            _timeout.Cancel();
        }
    }
}
