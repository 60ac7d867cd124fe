using System.Text;
using Spindle;
using Spindle.Endpoints;

// Fetches http://HOST:PORT/ and writes it to standard output.
return React.Run(async reactor =>
{
    if (args is not [string host, string text] || !ushort.TryParse(text, out ushort port))
    {
        Console.Error.WriteLine("usage: Fetch HOST PORT");
        return 2;
    }

    using CancellationTokenSource limit = new();
    reactor.CallLater(TimeSpan.FromSeconds(10), limit.Cancel);
    try
    {
        HostnameEndpoint endpoint = new(reactor, host, port);
        Download download = await endpoint.ConnectProtocolAsync(new Download(), limit.Token);
        download.Transport.Write(Encoding.ASCII.GetBytes($"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n"));
        using CancellationTokenRegistration _ = limit.Token.Register(download.Transport.AbortConnection);
        byte[] response = await download.Content;
        using Stream output = Console.OpenStandardOutput();
        output.Write(response);
        return 0;
    }
    catch (Exception failure) when (failure is IOException or OperationCanceledException)
    {
        Console.Error.WriteLine($"Fetch: {failure.Message}");
        return 1;
    }
});
