namespace Spindle.Tls;

/// <summary>What .NET's options have no word for.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record TlsPolicy
{
    /// <summary>The policy of who gives none.</summary>
    public static TlsPolicy Default { get; } = new();

    /// <summary>Ciphers up to TLS 1.2, in OpenSSL's notation. Null, the default, is those with forward secrecy and AES or ChaCha20, AES-128 with GCM first. <see cref="TlsEngineKind.OpenSsl"/> only.</summary>
    public string? CipherList { get; init; }

    /// <summary>Ciphers of TLS 1.3, by name with colons between. Null, the default, is AES-128 and AES-256 with GCM, then ChaCha20. <see cref="TlsEngineKind.OpenSsl"/> only.</summary>
    public string? CipherSuites { get; init; }

    /// <summary>Whether the server's order of ciphers counts, not the client's. True by default. <see cref="TlsEngineKind.OpenSsl"/> only.</summary>
    public bool PreferServerCiphers { get; init; } = true;

    /// <summary>Parameters of Diffie-Hellman in PEM, for a server up to TLS 1.2. Null, the default, chooses by the key. <see cref="TlsEngineKind.OpenSsl"/> only.</summary>
    public string? DhParameters { get; init; }

    /// <summary>How many authorities may stand between the peer's certificate and a root. 9 by default, as in Twisted.</summary>
    public int MaximumDepth { get; init; } = 9;

    /// <summary>Whether a client checks that the certificate is for the target host. True by default: without a target host every certificate is refused then.</summary>
    public bool ChecksName { get; init; } = true;

    /// <summary>
    /// Whether a server that requires clients' certificates names in its request the authorities of its CustomTrustStore, so that
    /// a client with several certificates takes one of theirs. False by default, as in Twisted and .NET: a client that has none of
    /// theirs then shows none, and hears that it is missing instead of what is wrong with it. With <see cref="TlsEngineKind.SslStream"/> not together with a
    /// callback that selects the server's certificate.
    /// </summary>
    public bool NamesAuthorities { get; init; }

    /// <summary>Lists of revoked certificates, in DER or PEM, one list for each authority. With a revocation mode other than NoCheck they are the only source, and no check waits for the network.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> RevocationLists { get; init; } = [];
}
