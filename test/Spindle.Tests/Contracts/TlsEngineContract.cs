using System.Net.Security;
using System.Security.Authentication;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <summary>What a client and a server do with each other, whatever their engines.</summary>
public abstract partial class TlsEngineContract(TlsEngineKind client, TlsEngineKind server, SslProtocols version)
{
    /// <summary>Whether that side tells its peer by an alert why it refused it.</summary>
    private bool ClientSendsAlerts => client == TlsEngineKind.OpenSsl;

    private bool ServerSendsAlerts => server == TlsEngineKind.OpenSsl;

    [Fact, Clause("TLS-36")]
    public void Handshake_BothWell_IsDoneAndSaysWhatWasAgreed()
    {
        using TlsPair pair = Pair();

        Assert.True(pair.Handshake(), Why(pair));

        Assert.Equal(version, pair.Client.Session!.Protocol);
        Assert.Equal(version, pair.Server.Session!.Protocol);
        Assert.Equal(pair.Client.Session.CipherSuite, pair.Server.Session.CipherSuite);
        Assert.NotEqual(default, pair.Client.Session.CipherSuite);
        Assert.False(pair.Client.Session.IsResumed);
        Assert.Equal(TestCertificates.Server.Thumbprint, pair.Client.PeerCertificate!.Thumbprint);
        Assert.Null(pair.Server.PeerCertificate);
        Assert.Equal(TlsRole.Client, pair.Client.Role);
        Assert.Equal(TlsRole.Server, pair.Server.Role);
    }

    [Fact]
    public void Session_BeforeTheHandshake_IsNull()
    {
        using TlsPair pair = Pair();

        Assert.Equal(TlsStatus.WantsInput, pair.Client.Handshake());

        Assert.Null(pair.Client.Session);
        Assert.Null(pair.Client.PeerCertificate);
        Assert.Null(pair.Client.Failure);
        Assert.True(pair.Client.PendingOutput > 0);
    }

    [Fact]
    public void Handshake_OneByteAtATime_IsDone()
    {
        using TlsPair pair = Pair();
        pair.Piece = 1;

        Assert.True(pair.Handshake(), Why(pair));

        Assert.Equal("ping", pair.Send(pair.Client, pair.Server, "ping"));
        Assert.Equal("pong", pair.Send(pair.Server, pair.Client, "pong"));
    }

    [Fact, Clause("TLS-14")]
    public void Write_MoreThanARecord_ArrivesInRecordsOf16384()
    {
        using TlsPair pair = Done();
        byte[] sent = Payload.Make(100_000);
        TlsPair.Write(pair.Client, sent);
        pair.Move(pair.Client, pair.Server);

        List<int> sizes = [];
        MemoryStream got = new();
        byte[] buffer = new byte[20_000];
        while (pair.Server.Read(buffer, out int count) == TlsStatus.Done)
        {
            sizes.Add(count);
            got.Write(buffer, 0, count);
        }

        Assert.Equal([16384, 16384, 16384, 16384, 16384, 16384, 1696], sizes);
        Assert.Equal(sent, got.ToArray());
    }

    [Fact, Clause("TLS-18")]
    public void Read_SeveralRecordsFed_GivesOneAtATime()
    {
        using TlsPair pair = Done();
        TlsPair.Write(pair.Server, "one"u8);
        TlsPair.Write(pair.Server, "two"u8);
        pair.Move(pair.Server, pair.Client);
        byte[] buffer = new byte[16_384];

        Assert.Equal(TlsStatus.Done, pair.Client.Read(buffer, out int first));
        Assert.Equal("one"u8, buffer.AsSpan(0, first));
        Assert.Equal(TlsStatus.Done, pair.Client.Read(buffer, out int second));
        Assert.Equal("two"u8, buffer.AsSpan(0, second));
        Assert.Equal(TlsStatus.WantsInput, pair.Client.Read(buffer, out int none));
        Assert.Equal(0, none);
    }

    [Fact]
    public void Write_BothWaysAtOnce_Arrives()
    {
        using TlsPair pair = Done();
        byte[] there = Payload.Make(50_000);
        byte[] back = Payload.Make(70_000);
        TlsPair.Write(pair.Client, there);
        TlsPair.Write(pair.Server, back);
        pair.Move(pair.Client, pair.Server);
        pair.Move(pair.Server, pair.Client);

        Assert.Equal(there, pair.ReadAll(pair.Server, out _));
        Assert.Equal(back, pair.ReadAll(pair.Client, out _));
    }

    /// <summary>The server of a pair is behind its handshake when the client's first data comes with the end of it.</summary>
    [Fact]
    public void Write_WithTheLastOfTheHandshake_Arrives()
    {
        using TlsPair pair = Done();
        TlsPair.Write(pair.Client, "x"u8);
        Assert.Equal("x"u8, SendTaken(pair));
    }

    private protected TlsPair Pair(SslClientAuthenticationOptions? clientOptions = null, SslServerAuthenticationOptions? serverOptions = null, TlsPolicy? clientPolicy = null, TlsPolicy? serverPolicy = null) =>
        new(ClientContext(clientOptions, clientPolicy), ServerContext(serverOptions, serverPolicy));

    private protected TlsClientContext ClientContext(SslClientAuthenticationOptions? options = null, TlsPolicy? policy = null)
    {
        options ??= TlsOptions.Client();
        options.EnabledSslProtocols = version;
        return new TlsClientContext(options, client, policy);
    }

    private protected TlsServerContext ServerContext(SslServerAuthenticationOptions? options = null, TlsPolicy? policy = null)
    {
        options ??= TlsOptions.Server();
        options.EnabledSslProtocols = version;
        return new TlsServerContext(options, server, policy);
    }

    private protected TlsPair Done()
    {
        TlsPair pair = Pair();
        Assert.True(pair.Handshake(), Why(pair));
        return pair;
    }

    private protected static string Why(TlsPair pair) => $"client {pair.ClientStatus} {pair.Client.Failure}, server {pair.ServerStatus} {pair.Server.Failure}";

    private static byte[] SendTaken(TlsPair pair)
    {
        pair.Move(pair.Client, pair.Server);
        return pair.ReadAll(pair.Server, out _);
    }

}
