using System.Net;
using Spindle;
using Spindle.Loops;
using Spindle.Names;

// Looks names up in /etc/hosts, then with DNS.
return React.Run(async reactor =>
{
    IEventLoop loop = reactor.EventLoop;
    reactor.InstallNameResolver(new ResolverChain(loop, new HostsFileResolver(loop), new DnsResolver(loop)));
    foreach (string name in args)
    {
        try
        {
            IPAddress address = await reactor.Resolve(name);
            Console.WriteLine($"{name} {address}");
        }
        catch (DnsLookupException failure)
        {
            Console.WriteLine(failure.Message);
        }
    }
});
