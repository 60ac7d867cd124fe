using Spindle;

using AsyncSelectorReactor reactor = new();
reactor.ListenTcp(7000, Factory.For<Echo>(), host: "127.0.0.1");
reactor.Run();

internal sealed class Echo : Protocol
{
    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);
}
