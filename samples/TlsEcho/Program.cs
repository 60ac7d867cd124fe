// An echo server over TLS: TlsEcho CERTIFICATE KEY [PORT], with files in PEM. After a SIGHUP it uses what is in them now.
using System.Globalization;
using System.Net.Security;
using Spindle;
using Spindle.Tls;

const int SIGHUP = 1;

if (args.Length is not (2 or 3))
{
    Console.Error.WriteLine("usage: TlsEcho CERTIFICATE KEY [PORT]");
    return 2;
}

TlsServerContext context = new(new SslServerAuthenticationOptions { ServerCertificate = TlsCertificates.Load(args[0], args[1]) });
using AsyncSelectorReactor reactor = new();
IListeningPort port = reactor.ListenSsl(args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 7443, Factory.For<Echo>(), context, host: "127.0.0.1");
reactor.EventLoop.AddSignalHandler(SIGHUP, Reload);
Console.WriteLine($"listening ssl:{port.GetHost()}");
reactor.Run();
return 0;

void Reload()
{
    try
    {
        context.ReplaceCertificate(TlsCertificates.Load(args[0], args[1])); // For handshakes from now on.
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
    {
        Console.Error.WriteLine($"TlsEcho: the certificate stays as it was: {failure.Message}");
    }
}

internal sealed class Echo : Protocol
{
    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);
}
