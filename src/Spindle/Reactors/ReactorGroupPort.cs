using System.Net;
using Spindle.Reactors;

namespace Spindle;

/// <summary>Where a <see cref="ReactorGroup"/> listens.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ReactorGroupPort
{
    private readonly IReadOnlyList<(ReactorGroupMember Member, IListeningPort Port)> _ports;

    internal ReactorGroupPort(EndPoint address, IReadOnlyList<(ReactorGroupMember Member, IListeningPort Port)> ports)
    {
        Address = address;
        _ports = ports;
    }

    /// <summary>The address with the real port, the same on every reactor.</summary>
    public EndPoint Address { get; }

    /// <summary>Stops accepting. Clients that wait to be accepted are reset, as by <see cref="IListeningPort.StopListening"/>; connections live on.</summary>
    /// <returns>Done when the address is free; fails with what a factory's stop threw.</returns>
    public Task StopListeningAsync() => Task.WhenAll(_ports.Select(each => each.Member.CallAsync(_ => each.Port.StopListening()).Unwrap()));
}
