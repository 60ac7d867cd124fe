using System.Text;
using Spindle;

/// <summary>Says hello once the peer is known, and hears one answer.</summary>
internal sealed class Greeting : Protocol, ITlsHandshakeListener
{
    private readonly TaskCompletionSource<string> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Answer => _answer.Task;

    public void HandshakeCompleted()
    {
        ITlsTransport tls = Transport.FindAbility<ITlsTransport>()!;
        Console.WriteLine($"{tls.GetPeerCertificate()!.Subject}, {tls.TlsSession!.Protocol}, {tls.TlsSession.CipherSuite}");
        Transport.Write("hello"u8);
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _answer.TrySetResult(Encoding.UTF8.GetString(data));
        Transport.LoseConnection();
    }

    public override void ConnectionLost(Exception reason) => _answer.TrySetException(reason);
}
