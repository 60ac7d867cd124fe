using Spindle;

using ReactorGroup group = new(Environment.ProcessorCount);
group.Run(() => group.ListenTcpAsync(7000, reactor => Factory.For<Echo>()));

internal sealed class Echo : Protocol
{
    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);
}
