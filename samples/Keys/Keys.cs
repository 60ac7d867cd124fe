using System.Text;
using Spindle;

internal sealed class Keys(IReactorCore reactor) : Protocol
{
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        Transport.Write(Encoding.ASCII.GetBytes($"{Convert.ToHexString(data)}\r\n"));
        if (data[^1] == 'q')
        {
            Transport.LoseConnection();
        }
    }

    public override void ConnectionLost(Exception reason) => reactor.Stop();
}
