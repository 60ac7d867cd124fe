using Spindle;
using Spindle.Endpoints;
using Spindle.Tls;

// Says hello to a TLS server, if it is the right one: VerifiedClient HOST PORT [ROOTS], with trusted roots in a file in PEM.
return React.Run(async reactor =>
{
    if (args is not [string host, string text, ..] || !ushort.TryParse(text, out ushort port))
    {
        Console.Error.WriteLine("usage: VerifiedClient HOST PORT [ROOTS]");
        return 2;
    }

    TrustRoot trust = args.Length > 2 ? TrustRoot.FromCertificates(TlsCertificates.LoadChain(args[2])) : TrustRoot.Platform;
    TlsClientContext context = CertificateOptions.ForClient(host, trust);
    TlsClientEndpoint endpoint = new(reactor, context, new HostnameEndpoint(reactor, host, port));
    try
    {
        Greeting greeting = await endpoint.ConnectProtocolAsync(new Greeting());
        Console.WriteLine(await greeting.Answer);
        return 0;
    }
    catch (TlsException failure)
    {
        Console.Error.WriteLine($"VerifiedClient: {failure.Error}: {failure.Message}");
        return 1;
    }
    catch (SpindleException failure)
    {
        Console.Error.WriteLine($"VerifiedClient: {failure.Message}");
        return 1;
    }
});
