using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <content>TLS on every reactor.</content>
public abstract partial class GroupContract
{
    [Theory, Clause("TLS-1")]
    [InlineData(TlsEngineKind.OpenSsl)]
    [InlineData(TlsEngineKind.SslStream)]
    public Task ListenSsl_Spread_EachHandshakeIsOnTheReactorThatServes(TlsEngineKind kind) => Run(
        async rig =>
        {
            await GroupRig.Until(rig.Group.StartAsync());
            ConcurrentBag<EchoProtocol> protocols = [];
            TlsServerContext context = new(TlsOptions.Server(), kind);
            ReactorGroupPort port = await GroupRig.Until(rig.Group.ListenSslAsync(0, _ => Recording(protocols), context, host: "127.0.0.1"));
            List<SslStream> clients = await Connect(port, 6);

            Assert.Equal([2, 2, 2], protocols.GroupBy(protocol => protocol.Thread).Select(group => group.Count()));
            context.ReplaceCertificate(TestCertificates.RsaServer);
            clients.AddRange(await Connect(port, 3));
            Assert.All(clients[6..], client => Assert.Equal(TestCertificates.RsaServer.Thumbprint, client.RemoteCertificate!.GetCertHashString()));
            Assert.Equal([3, 3, 3], protocols.GroupBy(protocol => protocol.Thread).Select(group => group.Count()));
            clients.ForEach(client => client.Dispose());
        },
        count: 3);

    [Fact, Clause("TLS-1")]
    public Task ListenSsl_ReusePort_EachReactorServesTls() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<EchoProtocol> protocols = [];
        ReactorGroupPort port = await GroupRig.Until(rig.Group.ListenSslAsync(
            0, _ => Recording(protocols), new TlsServerContext(TlsOptions.Server()), host: "127.0.0.1", options: new TcpListenOptions { ReusePort = true }));
        Assert.Equal(2, rig.Kernel.Plan.Count(Operation.Listen));

        List<SslStream> clients = await Connect(port, 40);

        Assert.Equal(2, protocols.Select(protocol => protocol.Thread).Distinct().Count());
        clients.ForEach(client => client.Dispose());
    });

    [Fact, Clause("TLS-2")]
    public Task ListenSsl_ContextOfAClient_Fails() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());

        await Assert.ThrowsAsync<ArgumentException>(() => GroupRig.Until(
            rig.Group.ListenSslAsync(0, _ => Factory.For<EchoProtocol>(), new TlsClientContext(TlsOptions.Client()), host: "127.0.0.1")));
    });

    private static async Task<List<SslStream>> Connect(ReactorGroupPort port, int count)
    {
        List<SslStream> clients = [];
        for (int i = 0; i < count; i++)
        {
            RawPeer peer = RawPeer.Connect((IPEndPoint)port.Address);
            SslStream client = new(new System.Net.Sockets.NetworkStream(peer.Socket, ownsSocket: true));
            await GroupRig.Until(client.AuthenticateAsClientAsync(TlsOptions.Client()));
            await client.WriteAsync("hello"u8.ToArray());
            byte[] answer = new byte[5];
            await GroupRig.Until(client.ReadExactlyAsync(answer).AsTask());
            Assert.Equal("hello"u8, answer);
            clients.Add(client);
        }

        return clients;
    }
}
