// Kestrel without HTTP: a connection handler on its own transport, at Kestrel's defaults.
// With BENCH_KESTREL_INLINE=1 (and the sockets' two environment settings) it runs at its best known setting instead.
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spindle.Bench;

const int Backlog = 4096;

if (args.Length != 2 || !int.TryParse(args[1], out int port))
{
    Console.Error.WriteLine("usage: kestrel echo|stats-echo|framed|sink|source PORT");
    return 2;
}

Action<ListenOptions> handle = args[0] switch
{
    "echo" => listen => listen.UseConnectionHandler<EchoHandler>(),
    "stats-echo" => listen => listen.UseConnectionHandler<StatsEchoHandler>(),
    "framed" => listen => listen.UseConnectionHandler<FramedHandler>(),
    "sink" => listen => listen.UseConnectionHandler<SinkHandler>(),
    "source" => listen => listen.UseConnectionHandler<SourceHandler>(),
    _ => throw new ArgumentException($"There is no mode {args[0]}."),
};
bool inline = Environment.GetEnvironmentVariable("BENCH_KESTREL_INLINE") == "1";

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port, handle));
builder.WebHost.UseSockets(options =>
{
    options.Backlog = Backlog;
    options.UnsafePreferInlineScheduling = inline;
});
// Open connections must not hold up the end.
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(1));

WebApplication app = builder.Build();
await app.StartAsync();
Console.WriteLine($"listening {port}");
await app.WaitForShutdownAsync();
return 0;
