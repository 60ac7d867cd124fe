using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>What a look at the peer's certificate found.</summary>
/// <param name="Certificate">The certificate; null if the peer gave none.</param>
/// <param name="Chain">The chain that was built; null if there is no certificate.</param>
/// <param name="Errors">What is wrong, in .NET's words.</param>
/// <param name="Failure">What is wrong, in ours; null if nothing is.</param>
internal sealed record PeerCheck(X509Certificate2? Certificate, X509Chain? Chain, SslPolicyErrors Errors, TlsException? Failure)
{
    /// <summary>Gives back what the chain was made of.</summary>
    public void Release()
    {
        if (Chain is not null)
        {
            foreach (X509ChainElement element in Chain.ChainElements)
            {
                element.Certificate.Dispose();
            }

            Chain.Dispose();
        }
    }
}
