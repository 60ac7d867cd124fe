using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;

namespace Spindle.EndToEnd.Tests;

/// <summary>Certificates and keys as files in PEM, for programs.</summary>
public sealed class TlsFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spindle-tls-");

    public TlsFiles()
    {
        Root = Write("root.pem", TestCertificates.Root);
        UnknownRoot = Write("unknown.crt", TestCertificates.UnknownRoot);
        Server = Write("server.crt", TestCertificates.Server);
        Client = Write("client.crt", TestCertificates.Client);
    }

    /// <summary>The folder, in which the root is the only file that ends in ".pem".</summary>
    public string Folder => _folder.FullName;

    public string Root { get; }

    public string UnknownRoot { get; }

    /// <summary>For localhost, with its key.</summary>
    public string Server { get; }

    /// <summary>A client's, with its key.</summary>
    public string Client { get; }

    /// <summary>Writes a certificate, with its key if it has one.</summary>
    /// <returns>The path.</returns>
    internal string Write(string name, X509Certificate2 certificate)
    {
        using ECDsa? key = certificate.GetECDsaPrivateKey();
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key?.ExportPkcs8PrivateKeyPem() + "\n");
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
