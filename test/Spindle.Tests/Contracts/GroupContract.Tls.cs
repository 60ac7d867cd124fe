using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using Spindle.Endpoints;
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
            List<SslStream> clients = await Connect(port.Address, 6);

            Assert.Equal([2, 2, 2], protocols.GroupBy(protocol => protocol.Thread).Select(group => group.Count()));
            context.ReplaceCertificate(TestCertificates.RsaServer);
            clients.AddRange(await Connect(port.Address, 3));
            Assert.All(clients[6..], client => Assert.Equal(TestCertificates.RsaServer.Thumbprint, client.RemoteCertificate!.GetCertHashString()));
            Assert.Equal([3, 3, 3], protocols.GroupBy(protocol => protocol.Thread).Select(group => group.Count()));
            clients.ForEach(client => client.Dispose());
        },
        count: 3);

    [Theory, Clause("TLS-1")]
    [InlineData(false)]
    [InlineData(true)]
    public Task ListenSsl_OfOneReactorWithASpreadFactory_EachHandshakeIsOnTheReactorThatServes(bool throughAnEndpoint) => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<Served> protocols = [];
        TlsServerContext context = new(TlsOptions.Server());
        IFactory spread = rig.Group.Spread(_ => Factory.For(_ =>
        {
            Served protocol = new();
            protocols.Add(protocol);
            return protocol;
        }));
        IListeningPort port = null!;
        await rig.Do(1, reactor => port = throughAnEndpoint
            ? Finished.ResultOf(new SslServerEndpoint(reactor, 0, context, host: "127.0.0.1").ListenAsync(spread))
            : reactor.ListenSsl(0, spread, context, host: "127.0.0.1"));
        EndPoint address = null!;
        await rig.Do(1, _ => address = port.GetHost());

        List<SslStream> clients = await Connect(address, 6);

        Assert.Equal([3, 3], protocols.GroupBy(protocol => Assert.Single(protocol.Threads.Distinct())).Select(group => group.Count()));
        Assert.All(protocols, protocol => Assert.Equal(3, protocol.Threads.Count));
        clients.ForEach(client => client.Dispose());
    });

    [Fact, Clause("TLS-1")]
    public Task ListenSsl_ReusePort_EachReactorServesTls() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<EchoProtocol> protocols = [];
        ReactorGroupPort port = await GroupRig.Until(rig.Group.ListenSslAsync(
            0, _ => Recording(protocols), new TlsServerContext(TlsOptions.Server()), host: "127.0.0.1", options: new TcpListenOptions { ReusePort = true }));
        Assert.Equal(2, rig.Kernel.Plan.Count(Operation.Listen));

        List<SslStream> clients = await Connect(port.Address, 40);

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

    private static async Task<List<SslStream>> Connect(EndPoint address, int count)
    {
        List<SslStream> clients = [];
        for (int i = 0; i < count; i++)
        {
            RawPeer peer = RawPeer.Connect((IPEndPoint)address);
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

    /// <summary>Sends back what comes, and notes on which threads it was connected, shook hands and got its data.</summary>
    private sealed class Served : Protocol, ITlsHandshakeListener
    {
        public ConcurrentQueue<int> Threads { get; } = new();

        public override void ConnectionMade() => Threads.Enqueue(Environment.CurrentManagedThreadId);

        public void HandshakeCompleted() => Threads.Enqueue(Environment.CurrentManagedThreadId);

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            Threads.Enqueue(Environment.CurrentManagedThreadId);
            Transport.Write(data);
        }
    }
}
