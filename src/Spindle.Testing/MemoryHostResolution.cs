using System.Net;
using System.Net.Sockets;
using Spindle.Names;

namespace Spindle.Testing;

/// <summary>A look-up that a <see cref="MemoryNameResolver"/> was asked for: its arguments, and the way to answer it.</summary>
/// <remarks>Thread: one; it has none of its own.</remarks>
public sealed class MemoryHostResolution : IHostResolution
{
    private readonly IResolutionReceiver _receiver;

    internal MemoryHostResolution(IResolutionReceiver receiver, string name, int port, AddressFamily addressFamily, TransportSemantics transportSemantics)
    {
        _receiver = receiver;
        Name = name;
        Port = port;
        AddressFamily = addressFamily;
        TransportSemantics = transportSemantics;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The port that was asked for.</summary>
    public int Port { get; }

    /// <summary>The family that was asked for.</summary>
    public AddressFamily AddressFamily { get; }

    /// <summary>What the addresses are for.</summary>
    public TransportSemantics TransportSemantics { get; }

    /// <summary>Whether it is answered or cancelled.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether it was cancelled.</summary>
    public bool IsCancelled { get; private set; }

    /// <inheritdoc/>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public void Cancel()
    {
        IsCancelled |= !IsOver;
        IsOver = true;
    }

    /// <summary>Answers with addresses, those of the family that was asked for, and completes. An exception of the receiver's reaches the test. Over already: nothing happens.</summary>
    /// <param name="addresses">The addresses; none at all is a name that does not exist.</param>
    public void Answer(params IPAddress[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        Answer([.. addresses.Where(address => ResolverArguments.IsWanted(address, AddressFamily)).Select(address => new IPEndPoint(address, Port))]);
    }

    /// <summary>Answers with any kind of addresses, as they are, and completes.</summary>
    /// <param name="addresses">The addresses.</param>
    public void Answer(params EndPoint[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        foreach (EndPoint address in addresses)
        {
            if (!IsOver)
            {
                _receiver.AddressResolved(address);
            }
        }

        Complete(addresses.Length > 0 ? null : new DnsLookupException($"{Name} is not known"));
    }

    /// <summary>Completes without an address.</summary>
    /// <param name="failure">Why; null if the resolver does not know.</param>
    public void Complete(Exception? failure)
    {
        if (!IsOver)
        {
            IsOver = true;
            Failure = failure;
            _receiver.ResolutionComplete();
        }
    }
}
