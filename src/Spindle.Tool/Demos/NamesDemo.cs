using System.Net;

namespace Spindle.Tool.Demos;

/// <summary>A name is looked up while the loop goes on.</summary>
internal sealed class NamesDemo : IDemo
{
    private const string LocalName = "localhost";

    public string Name => "names";

    public async Task<string> RunAsync(DemoContext context)
    {
        IPAddress address = await context.Reactor.Resolve(LocalName, cancellationToken: context.CancellationToken).ConfigureAwait(true);
        Exchange.Check(IPAddress.IsLoopback(address), $"{LocalName} is {address}, which is not this machine");
        return $"{LocalName} is {address}";
    }
}
