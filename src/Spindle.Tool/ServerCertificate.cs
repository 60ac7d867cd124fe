using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tls;

namespace Spindle.Tool;

/// <summary>What <c>ssl:</c> listens with that names no key: a throw-away certificate, if that is asked for.</summary>
internal sealed class ServerCertificate(bool isSelfSigned)
{
    private const string DefaultKey = "server.pem";
    private const int DaysValid = 30;

    private static readonly Option<bool> SelfSignedOption = new("--self-signed")
    {
        Description = "Gives each ssl: that names no key a certificate for localhost, 127.0.0.1 and ::1, made anew each time; its fingerprint is printed. To try things out: nobody else vouches for it.",
    };

    private X509Certificate2? _certificate;

    public static void AddTo(Command command) => command.Options.Add(SelfSignedOption);

    public static ServerCertificate From(ParseResult parsed) => new(parsed.GetValue(SelfSignedOption));

    /// <summary>Makes the context for an endpoint that names no key; null for that of the file server.pem.</summary>
    public TlsContext? Make()
    {
        if (!isSelfSigned)
        {
            return File.Exists(DefaultKey)
                ? null
                : throw new ArgumentException("an ssl endpoint needs a certificate: name its files, as in \"ssl:8443:privateKey=key.pem:certKey=certificate.pem\", or try things out with --self-signed.");
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        _certificate ??= TlsCertificates.CreateSelfSigned(now.AddHours(-1), now.AddDays(DaysValid), "localhost", "127.0.0.1", "::1");
        return new CertificateOptions(certificate: _certificate);
    }

    /// <summary>Makes sure that no certificate was asked for in vain. Call it when all endpoints are read.</summary>
    /// <exception cref="ArgumentException">One was.</exception>
    public void EnsureUsed()
    {
        if (isSelfSigned && _certificate is null)
        {
            throw new ArgumentException("--self-signed is for an endpoint that listens with TLS and names no key, as in \"ssl:8443\", and there is none.");
        }
    }

    /// <summary>Says which certificate was made, if one was.</summary>
    public void Say(bool onStandardError = false)
    {
        if (_certificate is { } made)
        {
            string digits = made.GetCertHashString(HashAlgorithmName.SHA256);
            string fingerprint = string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));
            Runner.Say(() =>
            {
                TextWriter writer = onStandardError ? Console.Error : Console.Out;
                writer.WriteLine($"certificate SHA-256 {fingerprint}");
                writer.Flush();
            });
        }
    }
}
