using Spindle.Endpoints;

namespace Spindle.Tool.Demos;

/// <summary>A connection to an echo server by a path in the file system.</summary>
internal sealed class UnixDemo : IDemo
{
    public string Name => "UNIX socket";

    public Task<string> RunAsync(DemoContext context)
    {
        string path = Path.Combine(Path.GetTempPath(), $"spindle-demo-{Environment.ProcessId}");
        string endpoint = $"unix:{EndpointStrings.QuoteArgument(path)}";
        return Exchange.EchoAsync(
            EndpointStrings.ParseServer(context.Reactor, endpoint),
            _ => EndpointStrings.ParseClient(context.Reactor, endpoint),
            context.CancellationToken);
    }
}
