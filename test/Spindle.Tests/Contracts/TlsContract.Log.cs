using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <content>What whoever runs a server reads in its log.</content>
public abstract partial class TlsContract
{
    [Theory, Clause("TLS-12", "TLS-25")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "the peer speaks plain HTTP, not TLS.")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "what the peer sent is not TLS (wrong version number).")]
    [InlineData("\u0016\u0003", "the client closed the connection during the handshake.")]
    [InlineData("", null)]
    public void Handshake_ClientIsNoUse_IsLoggedOnceWithItsAddress(string said, string? reason) => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), ServerContext(), host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await peer.Send(Encoding.Latin1.GetBytes(said));
        peer.CloseWriting();

        await rig.Until(() => server.LostCount == 1);

        IEnumerable<string> expected = reason is null ? [] : [$"[server (TLS),0,127.0.0.1] {peer.LocalAddress}: TLS failed: {reason}"];
        Assert.Equal(expected, FailuresIn(rig));
    });

    [Fact, Clause("TLS-12")]
    public void Handshake_ClientRefusesUs_IsLoggedByTheServerOnly() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig, clientContext: ClientContext("other.example"));

        await rig.Until(() => pair.IsOver);

        if (Engine == TlsEngineKind.SslStream)
        {
            Assert.Empty(FailuresIn(rig)); // It sends no alert: the client only goes away behind the handshake.
            return;
        }

        string line = Assert.Single(FailuresIn(rig));
        Assert.StartsWith("[server (TLS),0,127.0.0.1] ", line, StringComparison.Ordinal);
        Assert.EndsWith(": TLS failed: the peer refused us: bad_certificate (alert 42).", line, StringComparison.Ordinal);
    });

    [Fact, Clause("TLS-25")]
    public void ConnectionLost_NoCloseNotifyBehindTheHandshake_IsNotLogged() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), ServerContext(), host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        using SslStream stream = new(new NetworkStream(peer.Socket));
        Task shaken = stream.AuthenticateAsClientAsync(TlsOptions.Client());
        await rig.Until(() => shaken.IsCompleted);
        await shaken;
        peer.CloseWriting();

        await rig.Until(() => server.LostCount == 1);

        Assert.IsType<TlsTruncatedException>(server.Reason);
        Assert.Empty(FailuresIn(rig));
    });

    private static IEnumerable<string> FailuresIn(ReactorRig rig) =>
        rig.Log.Take().Where(record => record.Level == LogLevel.Information && record.Text.Contains("TLS failed", StringComparison.Ordinal)).Select(record => record.Text);
}
