using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tests.Support;

public sealed class TestCertificatesTests
{
    [Fact]
    public void Certificates_LeadToTheRootTheyAreMeantTo()
    {
        Assert.Empty(Verify(TestCertificates.Server));
        Assert.Empty(Verify(TestCertificates.RsaServer));
        Assert.Empty(Verify(TestCertificates.Client));
        Assert.Empty(Verify(TestCertificates.ServerOfIntermediate));
        Assert.Contains(X509ChainStatusFlags.NotTimeValid, Verify(TestCertificates.Expired));
        Assert.Contains(X509ChainStatusFlags.NotTimeValid, Verify(TestCertificates.NotYetValid));
        Assert.Contains(X509ChainStatusFlags.PartialChain, Verify(TestCertificates.ServerOfUnknownRoot));
    }

    [Fact]
    public void Server_Names_AreThoseOfThisMachine()
    {
        Assert.True(TestCertificates.Server.MatchesHostname("localhost"));
        Assert.True(TestCertificates.Server.MatchesHostname("127.0.0.1"));
        Assert.True(TestCertificates.Server.MatchesHostname("::1"));
        Assert.False(TestCertificates.WrongName.MatchesHostname("localhost"));
        Assert.True(TestCertificates.ServerB.MatchesHostname("x.b.test"));
    }

    private static List<X509ChainStatusFlags> Verify(X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(TestCertificates.Root);
        chain.ChainPolicy.ExtraStore.Add(TestCertificates.Intermediate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.Build(certificate);
        return [.. chain.ChainStatus.Select(status => status.Status)];
    }
}
