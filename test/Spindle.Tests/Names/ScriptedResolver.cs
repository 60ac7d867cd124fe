using System.Net;
using System.Net.Sockets;
using Spindle.Loops;
using Spindle.Names;

namespace Spindle.Tests.Names;

/// <summary>A resolver that asks a function.</summary>
internal sealed class ScriptedResolver(IEventLoop loop, Func<string, CancellationToken, Task<IPAddress[]>> lookUp, TimeSpan? timeout = null)
    : HostnameResolver(loop, timeout ?? System.Threading.Timeout.InfiniteTimeSpan)
{
    public List<string> Asked { get; } = [];

    protected override Task<IPAddress[]> LookUpAsync(string name, AddressFamily addressFamily, CancellationToken cancellationToken)
    {
        Asked.Add(name);
        return lookUp(name, cancellationToken);
    }
}
