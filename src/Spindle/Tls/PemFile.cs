using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>Files in PEM: what is in them, and what is wrong with them.</summary>
internal static class PemFile
{
    /// <summary>All certificates of a file, in its order.</summary>
    /// <exception cref="ArgumentException">There is none, or one is broken.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection ReadCertificates(string path)
    {
        X509Certificate2Collection found = ParseCertificates(path, Read(path));
        return found.Count > 0
            ? found
            : throw new ArgumentException($"\"{path}\" has no certificate in PEM; it must contain a line -----BEGIN CERTIFICATE-----.");
    }

    /// <summary>The first certificate of a file with its private key.</summary>
    /// <exception cref="ArgumentException">One of the two is missing or broken, the key is encrypted, or it belongs to another certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static X509Certificate2 ReadPair(string certificatePath, string keyPath)
    {
        X509Certificate2Collection certificates = ReadCertificates(certificatePath);
        foreach (X509Certificate2 other in certificates.Skip(1))
        {
            other.Dispose();
        }

        using X509Certificate2 certificate = certificates[0];
        string key = Read(keyPath);
        CheckIsKey(keyPath, key);
        try
        {
            return X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"the private key in \"{keyPath}\" cannot be used with the certificate in \"{certificatePath}\" ({certificate.Subject}): {failure.Message}", failure);
        }
    }

    /// <summary>All certificates of the files in a folder that end in ".pem". What cannot be read or is no certificate is left out.</summary>
    /// <exception cref="IOException">There is no such folder, or it cannot be read.</exception>
    public static X509Certificate2Collection ReadFolder(string path)
    {
        X509Certificate2Collection all = [];
        IEnumerable<string> files = Directory.EnumerateFileSystemEntries(path).Where(file => file.EndsWith(".pem", StringComparison.OrdinalIgnoreCase));
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            try
            {
                all.AddRange(ReadCertificates(file));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Such folders have links to files that are gone, keys that are private and the like.
            }
        }

        return all;
    }

    /// <summary>A whole file of text.</summary>
    public static string Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.ReadAllText(path);
    }

    private static X509Certificate2Collection ParseCertificates(string path, string text)
    {
        X509Certificate2Collection found = [];
        try
        {
            found.ImportFromPem(text);
            return found;
        }
        catch (CryptographicException failure)
        {
            throw new ArgumentException($"\"{path}\" has a certificate that is broken: {failure.Message}", failure);
        }
    }

    private static void CheckIsKey(string path, string text)
    {
        if (text.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal) || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new ArgumentException($"the private key in \"{path}\" is encrypted; it must be in plain PEM, as \"openssl pkey -in {path} -out FILE\" writes it.");
        }

        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new ArgumentException($"\"{path}\" has no private key in PEM; it must contain a line -----BEGIN PRIVATE KEY-----.");
        }
    }
}
