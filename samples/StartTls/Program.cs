// A line protocol that goes over to TLS when it is asked to: StartTls CERTIFICATE KEY [PORT], with files in PEM.
using System.Globalization;
using Spindle;
using Spindle.Tls;

if (args.Length is not (2 or 3))
{
    Console.Error.WriteLine("usage: StartTls CERTIFICATE KEY [PORT]");
    return 2;
}

CertificateOptions options = new(certificate: TlsCertificates.Load(args[0], args[1]));
using AsyncSelectorReactor reactor = new();
IListeningPort port = reactor.ListenTcp(args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 7025, Factory.For(_ => new Session(options)), host: "127.0.0.1");
Console.WriteLine($"listening tcp:{port.GetHost()}");
reactor.Run();
return 0;
