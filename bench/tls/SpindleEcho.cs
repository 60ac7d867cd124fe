namespace Spindle.Bench.Tls;

/// <summary>The server's end.</summary>
internal sealed class SpindleEcho : Protocol
{
    private readonly Server _server = new();

    public override void ConnectionMade() => Transport.FindAbility<ITcpTransport>()!.TcpNoDelay = true;

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (_server.Answer(data) is { Length: > 0 } answer)
        {
            Transport.Write(answer.Span);
        }
    }
}
