using System.Text;
using Spindle;
using Spindle.Policies;
using Spindle.Timing;

/// <summary>Sends a line each second and gives the connection up when nothing comes for three.</summary>
internal sealed class Heartbeat : LineReceiver
{
    private readonly ReconnectingClientFactory _factory;
    private readonly LoopingCall _beats;
    private readonly IdleTimeout _silence;

    public Heartbeat(IReactorTime reactor, ReconnectingClientFactory factory)
    {
        _factory = factory;
        _beats = new LoopingCall(reactor, () => SendLine("GET colour"));
        _silence = new IdleTimeout(reactor, () => Transport.AbortConnection());
        Delimiter = "\n"u8;
    }

    public override void ConnectionMade()
    {
        _ = _beats.Start(TimeSpan.FromSeconds(1));
        _silence.Set(TimeSpan.FromSeconds(3));
    }

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        _factory.ResetDelay(); // It does not only accept, it answers.
        _silence.Reset();
        Console.WriteLine(Encoding.UTF8.GetString(line));
    }

    public override void ConnectionLost(Exception reason)
    {
        _beats.Stop();
        _silence.Cancel();
    }
}
