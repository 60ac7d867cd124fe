using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Spindle.Tls;

/// <summary>An authority's list of revoked certificates (RFC 5280, section 5). .NET can make one but not check against one that it is given.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class RevocationList
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    private readonly byte[] _signed;
    private readonly string _algorithm;
    private readonly byte[] _signature;
    private readonly byte[] _issuer;
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset? _until;
    private readonly HashSet<string> _serials = [];
    private byte[]? _signer; // The certificate that the signature was last checked with: it is nearly always the same.

    /// <summary>Reads one.</summary>
    /// <param name="list">DER or PEM.</param>
    /// <exception cref="ArgumentException">It is neither, or needs what is not understood.</exception>
    public RevocationList(ReadOnlyMemory<byte> list)
    {
        try
        {
            AsnReader outer = new AsnReader(FromPem(list), AsnEncodingRules.DER).ReadSequence();
            _signed = outer.PeekEncodedValue().ToArray();
            AsnReader body = outer.ReadSequence();
            _algorithm = outer.ReadSequence().ReadObjectIdentifier();
            _signature = outer.ReadBitString(out _);

            if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            {
                body.ReadInteger(); // The version.
            }

            body.ReadSequence(); // The algorithm once more.
            _issuer = body.ReadEncodedValue().ToArray();
            _from = ReadTime(body);
            _until = body.HasData && IsTime(body.PeekTag()) ? ReadTime(body) : null;
            if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            {
                ReadEntries(body.ReadSequence());
            }

            if (body.HasData)
            {
                RefuseCritical(body.ReadSequence(ExtensionsTag).ReadSequence());
            }
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            throw new ArgumentException("This is no list of revoked certificates (CRL) in DER or PEM.", nameof(list), exception);
        }

        if (HashOf(_algorithm) is null)
        {
            throw new ArgumentException($"The list of revoked certificates is signed with an algorithm that is not supported ({_algorithm}); RSA (PKCS#1) and ECDSA with SHA-256, 384 or 512 are.", nameof(list));
        }
    }

    /// <summary>Whether it speaks for a certificate at a time: same issuer, signed by it, and neither too new nor too old.</summary>
    public bool Covers(X509Certificate2 certificate, X509Certificate2 issuer, DateTimeOffset now) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(_issuer)
        && now >= _from && (_until is null || now <= _until)
        && MaySign(issuer) && IsSignedBy(issuer);

    /// <summary>Whether a certificate that it speaks for is in it.</summary>
    public bool Has(X509Certificate2 certificate) => _serials.Contains(Convert.ToHexString(certificate.SerialNumberBytes.Span));

    private static ReadOnlyMemory<byte> FromPem(ReadOnlyMemory<byte> list)
    {
        if (!list.Span.StartsWith("-----BEGIN"u8))
        {
            return list;
        }

        string text = Encoding.ASCII.GetString(list.Span);
        return PemEncoding.TryFind(text, out PemFields fields)
            ? Convert.FromBase64String(text[fields.Base64Data])
            : list;
    }

    private static bool MaySign(X509Certificate2 issuer) =>
        issuer.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { } usage || usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign);

    private static HashAlgorithmName? HashOf(string algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string name = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
            {
                throw new ArgumentException($"The list of revoked certificates has a critical extension that is not understood ({name}); parts and differences of lists are not supported.");
            }
        }
    }

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            AsnReader entry = entries.ReadSequence();
            _serials.Add(Convert.ToHexString(entry.ReadIntegerBytes().Span));
            ReadTime(entry);
            if (entry.HasData)
            {
                RefuseCritical(entry.ReadSequence());
            }
        }
    }

    private bool IsSignedBy(X509Certificate2 issuer)
    {
        byte[] raw = issuer.RawData;
        if (_signer is { } signer && raw.AsSpan().SequenceEqual(signer))
        {
            return true;
        }

        HashAlgorithmName hash = HashOf(_algorithm)!.Value;
        using RSA? rsa = issuer.GetRSAPublicKey();
        using ECDsa? ecdsa = issuer.GetECDsaPublicKey();
        bool good = _algorithm.StartsWith("1.2.840.113549.", StringComparison.Ordinal)
            ? rsa?.VerifyData(_signed, _signature, hash, RSASignaturePadding.Pkcs1) == true
            : ecdsa?.VerifyData(_signed, _signature, hash, DSASignatureFormat.Rfc3279DerSequence) == true;
        if (good)
        {
            _signer = raw;
        }

        return good;
    }
}
