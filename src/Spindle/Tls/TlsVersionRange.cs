using System.Security.Authentication;

namespace Spindle.Tls;

/// <summary>Which versions of TLS are spoken, by a least and a greatest one, as Twisted names them.</summary>
internal static class TlsVersionRange
{
    private const SslProtocols DefaultMinimum = SslProtocols.Tls12;

#pragma warning disable SYSLIB0039, CA5397 // Who lowers the minimum on purpose may.
    private static readonly SslProtocols[] All = [SslProtocols.Tls, SslProtocols.Tls11, SslProtocols.Tls12, SslProtocols.Tls13];
#pragma warning restore SYSLIB0039, CA5397

    /// <summary>Works the range out (TLS-36).</summary>
    /// <param name="raiseMinimumTo">The least, if that is more than by default.</param>
    /// <param name="lowerMinimumTo">The least, however old.</param>
    /// <param name="lowerMaximumTo">The greatest.</param>
    /// <exception cref="ArgumentException">They contradict each other, or are no single versions.</exception>
    public static SslProtocols Of(SslProtocols? raiseMinimumTo, SslProtocols? lowerMinimumTo, SslProtocols? lowerMaximumTo)
    {
        Check(raiseMinimumTo, nameof(raiseMinimumTo));
        Check(lowerMinimumTo, "insecurelyLowerMinimumTo");
        Check(lowerMaximumTo, "lowerMaximumSecurityTo");
        if (raiseMinimumTo is not null && lowerMinimumTo is not null)
        {
            throw new ArgumentException("raiseMinimumTo and insecurelyLowerMinimumTo exclude each other.", nameof(raiseMinimumTo));
        }

        SslProtocols maximum = lowerMaximumTo ?? All[^1];
        if (raiseMinimumTo > maximum)
        {
            throw new ArgumentException($"raiseMinimumTo ({raiseMinimumTo}) must not be above lowerMaximumSecurityTo ({maximum}).", nameof(raiseMinimumTo));
        }

        if (lowerMinimumTo > maximum)
        {
            throw new ArgumentException($"insecurelyLowerMinimumTo ({lowerMinimumTo}) must not be above lowerMaximumSecurityTo ({maximum}).", nameof(lowerMinimumTo));
        }

        // A maximum below the default minimum means that version alone.
        SslProtocols minimum = lowerMinimumTo ?? (raiseMinimumTo > DefaultMinimum ? raiseMinimumTo.Value : DefaultMinimum > maximum ? maximum : DefaultMinimum);
        return All.Where(version => version >= minimum && version <= maximum).Aggregate((left, right) => left | right);
    }

    private static void Check(SslProtocols? version, string name)
    {
        if (version is { } given && !All.Contains(given))
        {
            throw new ArgumentException($"{name} is {given}; it must be one version from TLS 1.0 to TLS 1.3, SslProtocols.Tls13 for example.", name);
        }
    }
}
