using System.Net.Security;
using System.Security.Authentication;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;
using Spindle.Tls.OpenSsl;

namespace Spindle.Tests.Tls;

public sealed class OpenSslEngineTests
{
    [Fact]
    public void Read_PeerAsksToRenegotiateOnce_IsRefusedAndGoesOn()
    {
        using TlsPair pair = Done(SslProtocols.Tls12);
        Ask(pair);

        Assert.Equal("x"u8, pair.ReadAll(pair.Client, out TlsStatus end));
        Assert.Equal(TlsStatus.WantsInput, end);
        Assert.True(pair.Client.PendingOutput > 0); // The warning.
    }

    [Fact]
    public void Read_PeerAsksToRenegotiateOverAndOver_Fails()
    {
        using TlsPair pair = Done(SslProtocols.Tls12);
        for (int i = 0; i < 10; i++)
        {
            Ask(pair);
        }

        pair.ReadAll(pair.Client, out TlsStatus end);

        Assert.Equal(TlsStatus.Failed, end);
        TlsException failure = Assert.IsType<TlsException>(pair.Client.Failure);
        Assert.Equal(TlsError.Protocol, failure.Error);
        Assert.Contains("renegotiate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FloodOfKeyUpdates_IsHarmless()
    {
        using TlsPair pair = Done(SslProtocols.Tls13);
        for (int i = 0; i < 1000; i++)
        {
            OpenSslCalls.UpdateKeys((OpenSslEngine)pair.Client);
            TlsPair.Write(pair.Client, "x"u8);
        }

        int sent = pair.Client.PendingOutput;
        pair.Move(pair.Client, pair.Server);

        Assert.Equal(1000, pair.ReadAll(pair.Server, out TlsStatus end).Length);
        Assert.Equal(TlsStatus.WantsInput, end);
        Assert.True(pair.Server.PendingOutput < sent, $"{pair.Server.PendingOutput} bytes answer {sent}");
        Assert.Equal("answer", pair.Send(pair.Server, pair.Client, "answer"));
        Assert.Equal("again", pair.Send(pair.Client, pair.Server, "again"));
    }

    [Fact]
    public void Handshake_ServerWithExpiredCertificate_TheAlertIsPlainOnTheWireOfTls12()
    {
        using TlsPair pair = new(
            new TlsClientContext(TlsOptions.Client(protocols: SslProtocols.Tls12), TlsEngineKind.OpenSsl),
            new TlsServerContext(TlsOptions.Server(TestCertificates.Expired, SslProtocols.Tls12), TlsEngineKind.OpenSsl));

        Assert.False(pair.Handshake());

        byte[] sent = pair.FromClient.ToArray();
        Assert.Equal([21, 3, 3, 0, 2, 2, 45], sent[^7..]); // An alert, fatal, certificate_expired.
    }

    [Fact]
    public void Handshake_WithinACallbackOfAnother_KeepsThemApart()
    {
        using TlsPair inner = new(new TlsClientContext(TlsOptions.Client(), TlsEngineKind.OpenSsl), new TlsServerContext(TlsOptions.Server(), TlsEngineKind.OpenSsl));
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.RemoteCertificateValidationCallback = (_, _, _, _) => inner.Handshake();
        using TlsPair outer = new(new TlsClientContext(options, TlsEngineKind.OpenSsl), new TlsServerContext(TlsOptions.Server(), TlsEngineKind.OpenSsl));

        Assert.True(outer.Handshake());
        Assert.Equal("outer", outer.Send(outer.Client, outer.Server, "outer"));
        Assert.Equal("inner", inner.Send(inner.Client, inner.Server, "inner"));
    }

    [Theory]
    [InlineData("kRSA", TlsError.NothingInCommon)]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", null)]
    public void CipherList_OfTheClient_IsWhatItOffers(string list, TlsError? error)
    {
        using TlsPair pair = new(
            new TlsClientContext(TlsOptions.Client(protocols: SslProtocols.Tls12), TlsEngineKind.OpenSsl, new TlsPolicy { CipherList = list }),
            new TlsServerContext(TlsOptions.Server(protocols: SslProtocols.Tls12), TlsEngineKind.OpenSsl));

        Assert.Equal(error is null, pair.Handshake());
        Assert.Equal(error, (pair.Server.Failure as TlsException)?.Error);
    }

    [Theory]
    [InlineData(true, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)]
    [InlineData(false, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)]
    [Clause("TLS-37")]
    public void PreferServerCiphers_DecidesWhoseOrderCounts(bool prefers, TlsCipherSuite expected)
    {
        using TlsPair pair = new(
            new TlsClientContext(TlsOptions.Client(protocols: SslProtocols.Tls12), TlsEngineKind.OpenSsl, new TlsPolicy { CipherList = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384" }),
            new TlsServerContext(TlsOptions.Server(protocols: SslProtocols.Tls12), TlsEngineKind.OpenSsl, new TlsPolicy { PreferServerCiphers = prefers, CipherList = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256" }));

        Assert.True(pair.Handshake());
        Assert.Equal(expected, pair.Server.Session!.CipherSuite);
    }

#pragma warning disable SYSLIB0039, CA5397, CS0618 // That it is old is the point.
    [Fact, Clause("TLS-36")]
    public void Versions_LoweredOnPurpose_AreSpoken()
    {
        using TlsPair pair = new(
            new TlsClientContext(TlsOptions.Client(protocols: SslProtocols.Tls11), TlsEngineKind.OpenSsl),
            new TlsServerContext(TlsOptions.Server(protocols: SslProtocols.Tls11), TlsEngineKind.OpenSsl));

        Assert.True(pair.Handshake(), pair.Client.Failure + "" + pair.Server.Failure);
        Assert.Equal(SslProtocols.Tls11, pair.Server.Session!.Protocol);
    }

    [Fact, Clause("TLS-36")]
    public void Versions_ByDefault_AreNotOld()
    {
        using TlsPair pair = new(
            new TlsClientContext(TlsOptions.Client(protocols: SslProtocols.Tls11), TlsEngineKind.OpenSsl),
            new TlsServerContext(TlsOptions.Server(), TlsEngineKind.OpenSsl));

        Assert.False(pair.Handshake());
        Assert.Equal(TlsError.NothingInCommon, Assert.IsType<TlsException>(pair.Server.Failure).Error);
    }
#pragma warning restore SYSLIB0039, CA5397, CS0618

    [Fact]
    public void DhParameters_InPem_AreUsed()
    {
        const string Parameters = """
            -----BEGIN DH PARAMETERS-----
            MIIBCAKCAQEA///////////JD9qiIWjCNMTGYouA3BzRKQJOCIpnzHQCC76mOxOb
            IlFKCHmONATd75UZs806QxswKwpt8l8UN0/hNW1tUcJF5IW1dmJefsb0TELppjft
            awv/XLb0Brft7jhr+1qJn6WunyQRfEsf5kkoZlHs5Fs9wgB8uKFjvwWY2kg2HFXT
            mmkWP6j9JM9fg2VdI9yjrZYcYvNWIIVSu57VKQdwlpZtZww1Tkq8mATxdGwIyhgh
            fDKQXkYuNs474553LBgOhgObJ4Oi7Aeij7XFXfBvTFLJ3ivL9pVYFxg5lUl86pVq
            5RXSJhiY+gUQFXKOWoqsqmj//////////wIBAg==
            -----END DH PARAMETERS-----
            """;
        using TlsPair pair = new(
            new TlsClientContext(TlsOptions.Client(protocols: SslProtocols.Tls12), TlsEngineKind.OpenSsl, new TlsPolicy { CipherList = "DHE" }),
            new TlsServerContext(TlsOptions.Server(TestCertificates.RsaServer, SslProtocols.Tls12), TlsEngineKind.OpenSsl, new TlsPolicy { DhParameters = Parameters }));

        Assert.True(pair.Handshake(), pair.Client.Failure + "" + pair.Server.Failure);
    }

    private static void Ask(TlsPair pair)
    {
        OpenSslCalls.Renegotiate((OpenSslEngine)pair.Server);
        TlsPair.Write(pair.Server, "x"u8);
        pair.Move(pair.Server, pair.Client);
    }

    private static TlsPair Done(SslProtocols version)
    {
        TlsPair pair = new(
            new TlsClientContext(TlsOptions.Client(protocols: version), TlsEngineKind.OpenSsl),
            new TlsServerContext(TlsOptions.Server(protocols: version), TlsEngineKind.OpenSsl));
        Assert.True(pair.Handshake());
        return pair;
    }
}
