using System.Text;
using Spindle;

internal sealed class Lines(IReactorCore reactor) : LineReceiver
{
    public override void LineReceived(ReadOnlySpan<byte> line) => Console.WriteLine(Encoding.UTF8.GetString(line));

    public override void ConnectionLost(Exception reason) => reactor.Stop();
}
