using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>Says in one sentence what is wrong with a chain: the gravest of all that was found.</summary>
internal static class ChainProblem
{
    private const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.ExplicitDistrust;
    private const X509ChainStatusFlags Expired = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.CtlNotTimeValid;
    private const X509ChainStatusFlags Unknown = X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>Makes the exception.</summary>
    public static TlsException Describe(X509Chain chain)
    {
        X509ChainStatusFlags all = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            all |= status.Status;
        }

        if (Has(all, X509ChainStatusFlags.Revoked))
        {
            return new TlsException($"the certificate {SubjectWith(chain, X509ChainStatusFlags.Revoked)} is revoked", TlsError.CertificateRevoked);
        }

        if (Has(all, Untrusted))
        {
            return new TlsException($"the certificate {Leaf(chain)?.Subject} does not lead to a trusted root (it was issued by {Leaf(chain)?.Issuer})", TlsError.CertificateUntrusted);
        }

        if (Has(all, Expired))
        {
            X509Certificate2? certificate = With(chain, Expired);
            string from = certificate?.NotBefore.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture) ?? "?";
            string until = certificate?.NotAfter.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture) ?? "?";
            return new TlsException($"the certificate {certificate?.Subject} is valid only from {from} to {until}", TlsError.CertificateExpired);
        }

        X509ChainStatusFlags rest = all & ~Unknown;
        if (rest == X509ChainStatusFlags.NoError)
        {
            return new TlsException($"whether the certificate {Leaf(chain)?.Subject} is revoked could not be found out", TlsError.RevocationUnknown);
        }

        return new TlsException($"the certificate {SubjectWith(chain, rest)} cannot be accepted: {rest}", TlsError.CertificateInvalid);
    }

    private static bool Has(X509ChainStatusFlags all, X509ChainStatusFlags any) => (all & any) != 0;

    private static X509Certificate2? Leaf(X509Chain chain) => chain.ChainElements.Count > 0 ? chain.ChainElements[0].Certificate : null;

    private static string? SubjectWith(X509Chain chain, X509ChainStatusFlags any) => With(chain, any)?.Subject;

    private static X509Certificate2? With(X509Chain chain, X509ChainStatusFlags any) =>
        chain.ChainElements.FirstOrDefault(element => element.ChainElementStatus.Any(status => Has(status.Status, any)))?.Certificate ?? Leaf(chain);
}
