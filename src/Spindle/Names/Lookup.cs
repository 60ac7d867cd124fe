using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>One question to the system, for all who want to know.</summary>
/// <remarks>Thread: the loop's, but for <see cref="Run"/>.</remarks>
internal sealed class Lookup(SelectorEventLoop loop, LookupKey key, Action<Lookup> answered)
{
    private readonly List<IPAddress> _addresses = [];

    public LookupKey Key => key;

    /// <summary>Those who wait for the answer, in the order in which they came.</summary>
    public List<LookupResolution> Waiters { get; } = [];

    /// <summary>Where it stands in the queue; null when it does not. Belongs to <see cref="LookupThreads"/>.</summary>
    public LinkedListNode<Lookup>? Place { get; set; }

    /// <summary>The answer.</summary>
    public IReadOnlyList<IPAddress> Addresses => _addresses;

    /// <summary>Why there is none: <see cref="DnsLookupException"/> if the system says so.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Asks, and waits. Thread: a worker.</summary>
    public void Run()
    {
        try
        {
            Failure = Ask();
        }
        catch (Exception exception)
        {
            Failure = exception;
        }

        try
        {
            loop.CallSoonThreadSafe(static state => ((Lookup)state!).Answer(), this);
        }
        catch (ObjectDisposedException)
        {
            // The loop was closed in the meantime: there is nobody who could be told.
        }
    }

    private DnsLookupException? Ask()
    {
        int family = key.AddressFamily switch
        {
            AddressFamily.InterNetwork => SocketConstants.AF_INET,
            AddressFamily.InterNetworkV6 => SocketConstants.AF_INET6,
            _ => SocketConstants.AF_UNSPEC,
        };
        int socketType = key.TransportSemantics == TransportSemantics.Udp ? SocketConstants.SOCK_DGRAM : SocketConstants.SOCK_STREAM;
        string? error = loop.Kernel.NameLookups.Resolve(key.Name, family, socketType, _addresses);
        return error switch
        {
            not null => new DnsLookupException($"{key.Name}: {error}"),
            null when _addresses.Count == 0 => new DnsLookupException($"{key.Name} has no address"),
            _ => null,
        };
    }

    private void Answer() => answered(this);
}
