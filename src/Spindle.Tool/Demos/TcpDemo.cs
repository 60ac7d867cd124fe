using System.Net;
using Spindle.Endpoints;

namespace Spindle.Tool.Demos;

/// <summary>A TCP connection to an echo server on this machine.</summary>
internal sealed class TcpDemo(string name, string endpoint) : IDemo
{
    private const int EAFNOSUPPORT = 97;
    private const int EADDRNOTAVAIL = 99;

    public string Name => name;

    public async Task<string> RunAsync(DemoContext context)
    {
        try
        {
            return await Exchange.EchoAsync(
                EndpointStrings.ParseServer(context.Reactor, endpoint),
                port => EndpointStrings.ParseClient(context.Reactor, Describe((IPEndPoint)port.GetHost())),
                context.CancellationToken).ConfigureAwait(true);
        }
        catch (CannotListenException failure) when (failure.Errno is EAFNOSUPPORT or EADDRNOTAVAIL)
        {
            throw new NotHereException("this machine has no such address");
        }
    }

    private static string Describe(IPEndPoint address) => $"tcp:{EndpointStrings.QuoteArgument(address.Address.ToString())}:{address.Port}";
}
