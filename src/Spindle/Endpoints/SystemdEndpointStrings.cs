using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Spindle.Descriptors;

namespace Spindle.Endpoints;

/// <summary>Servers: <c>systemd:domain=INET|INET6|UNIX:index=N</c> or <c>name=X</c>: a socket that the service manager has opened (EP-19).</summary>
internal static class SystemdEndpointStrings
{
    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description) =>
        ParseServer(reactor, description, InheritedSockets.OfProcess);

    internal static IStreamServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description, InheritedSockets sockets)
    {
        const string Example = "systemd:domain=INET:index=0";
        AddressFamily family = description.TakeRequired("domain", Example) switch
        {
            "INET" => AddressFamily.InterNetwork,
            "INET6" => AddressFamily.InterNetworkV6,
            "UNIX" => AddressFamily.Unix,
            var other => throw description.Wrong($"the domain is \"{other}\"; it must be INET, INET6 or UNIX"),
        };
        string? name = description.TakeNamed("name");
        int? index = description.TakeNumber("index", 0, int.MaxValue);
        if ((name is null) == (index is null))
        {
            throw description.Wrong($"it needs either an index or a name, as in \"{Example}\"");
        }

        description.End(); // Before a socket is taken: it can be taken once.
        IReactorSocket adopting = description.Require<IReactorSocket>(reactor);
        int found = index ?? sockets.IndexOf(name!);
        if (found < 0 || found >= sockets.Count)
        {
            throw description.Wrong($"there is no such socket; {sockets.Describe()}");
        }

        if (reactor is IDescriptorHost host)
        {
            sockets.KeepFromChildren(fd => host.Kernel.Files.SetCloseOnExec(fd, isCloseOnExec: true));
        }

        SafeFileHandle socket = sockets.Take(found) ?? throw description.Wrong("this socket is in use already");
        return new AdoptedStreamServerEndpoint(adopting, socket, family);
    }
}
