using System.Net;
using System.Net.Sockets;
using Spindle;
using Spindle.Loops;
using Spindle.Names;

/// <summary>A resolver of our own: what it asks may take its time, and may answer on any thread.</summary>
internal sealed class OfficeResolver(IEventLoop loop, HttpClient directory) : HostnameResolver(loop, TimeSpan.FromSeconds(5))
{
    protected override async Task<IPAddress[]> LookUpAsync(string name, AddressFamily addressFamily, CancellationToken cancellationToken)
    {
        try
        {
            return [IPAddress.Parse(await directory.GetStringAsync($"/hosts/{name}", cancellationToken))];
        }
        catch (HttpRequestException failure)
        {
            throw new DnsLookupException($"{name}: {failure.Message}", failure);
        }
    }
}
