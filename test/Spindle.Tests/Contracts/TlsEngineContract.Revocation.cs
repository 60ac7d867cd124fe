using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

public abstract partial class TlsEngineContract
{
    /// <summary>What a certificate without a place to ask at is worth when it must be asked about.</summary>
    private const X509VerificationFlags Lenient = X509VerificationFlags.IgnoreEndRevocationUnknown | X509VerificationFlags.IgnoreCertificateAuthorityRevocationUnknown;

    [Fact]
    public void Online_Client_WaitsForTheVerdictOfAThread()
    {
        using TlsPair pair = Pair(Online(Lenient));
        bool resumed = false;
        pair.Client.Resumed = () => resumed = true;

        Assert.False(pair.Handshake());

        Assert.Equal(TlsStatus.WantsVerdict, pair.ClientStatus);
        Assert.Null(pair.Client.Session);
        Assert.Equal(TlsStatus.WantsVerdict, pair.Client.Read(new byte[16_384], out _));
        Assert.Equal(TlsStatus.WantsVerdict, pair.Client.Write("x"u8, out _));
        Assert.Single(pair.ClientHost.Work);
        Assert.False(resumed);

        pair.ClientHost.DoAll();

        Assert.True(resumed);
        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal("hello", pair.Send(pair.Client, pair.Server, "hello"));
    }

    [Fact]
    public void Online_ClientCannotFindOut_FailsWhenTheVerdictIsThere()
    {
        using TlsPair pair = Pair(Online(X509VerificationFlags.NoFlag));
        Assert.False(pair.Handshake());
        pair.ClientHost.DoAll();

        Assert.False(pair.Handshake());

        Assert.Equal(TlsError.RevocationUnknown, Assert.IsType<TlsException>(pair.Client.Failure).Error);
        if (ClientSendsAlerts)
        {
            Assert.Contains("(alert 46)", Assert.IsType<TlsException>(pair.Server.Failure).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Online_CallbackThrows_FailsWithThatException()
    {
        InvalidOperationException thrown = new("in the callback");
        SslClientAuthenticationOptions options = Online(Lenient);
        options.RemoteCertificateValidationCallback = (_, _, _, _) => throw thrown;
        using TlsPair pair = Pair(options);
        Assert.False(pair.Handshake());
        pair.ClientHost.DoAll();

        Assert.False(pair.Handshake());
        Assert.Same(thrown, pair.Client.Failure);
    }

    /// <summary>The end of a server's handshake is held back: its client may be done, but nothing is read or written before the verdict.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Online_Server_HoldsTheEndOfTheHandshake(bool isGood)
    {
        SslServerAuthenticationOptions options = TlsOptions.DemandingServer();
        options.CertificateChainPolicy!.RevocationMode = X509RevocationMode.Online;
        options.CertificateChainPolicy.VerificationFlags = isGood ? Lenient : X509VerificationFlags.NoFlag;
        using TlsPair pair = Pair(WithCertificate(TestCertificates.Client), options);

        Assert.False(pair.Handshake());
        Assert.Equal(TlsStatus.WantsVerdict, pair.ServerStatus);
        Assert.Null(pair.Server.Session);
        Assert.Equal(TlsStatus.WantsVerdict, pair.Server.Read(new byte[16_384], out _));
        pair.ServerHost.DoAll();

        Assert.Equal(isGood, pair.Handshake());
        Assert.Equal(isGood ? null : TlsError.RevocationUnknown, (pair.Server.Failure as TlsException)?.Error);
    }

    [Fact]
    public void Online_DisposedOfBeforeTheVerdict_NothingHappens()
    {
        TlsPair pair = Pair(Online(Lenient));
        pair.Client.Resumed = () => Assert.Fail("It was disposed of.");
        Assert.False(pair.Handshake());

        pair.Dispose();
        pair.ClientHost.DoAll();
    }

    private static SslClientAuthenticationOptions Online(X509VerificationFlags flags)
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.CertificateChainPolicy!.RevocationMode = X509RevocationMode.Online;
        options.CertificateChainPolicy.VerificationFlags = flags;
        return options;
    }
}
