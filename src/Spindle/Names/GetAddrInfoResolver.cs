using System.Net;
using System.Net.Sockets;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>The system's resolver: getaddrinfo(3) on a few threads of its own, with /etc/hosts and all else that the system was told to ask.</summary>
/// <remarks>
/// <para>
/// The call cannot be interrupted. A look-up that is cancelled or takes too long is given up: its result is dropped when it
/// comes. Look-ups of the same name at the same time share one call. Neither the loop nor the runtime's thread pool waits.
/// </para>
/// <para>
/// A name that the system does not know completes without addresses; <see cref="IHostResolution.Failure"/> is then a
/// <see cref="DnsLookupException"/> with its reason. Answers never come within the call.
/// </para>
/// <para>Thread: the loop's.</para>
/// <para>Source: Twisted's <c>internet/_resolver.py</c>, <c>GAIResolver</c>, which uses the reactor's thread pool and knows no time limit.</para>
/// </remarks>
public sealed class GetAddrInfoResolver : IHostnameResolver
{
    private readonly SelectorEventLoop _loop;
    private readonly NameResolverOptions _options;
    private readonly LookupThreads _threads;
    private readonly Dictionary<LookupKey, Lookup> _inFlight = [];

    /// <summary>Makes one; the first look-up makes its first thread.</summary>
    /// <param name="loop">The loop that the answers come to.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The loop is not one on a selector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public GetAddrInfoResolver(IEventLoop loop, NameResolverOptions? options = null)
    {
        _loop = loop as SelectorEventLoop ?? throw new ArgumentException($"A {nameof(SelectorEventLoop)} is needed.", nameof(loop));
        _options = options ?? new NameResolverOptions();
        _options.Check();
        _threads = new LookupThreads(_loop.Kernel.WorkerThreads, _options);
    }

    /// <inheritdoc/>
    public IHostResolution ResolveHostName(
        IResolutionReceiver receiver,
        string hostName,
        int portNumber = 0,
        AddressFamily addressFamily = AddressFamily.Unspecified,
        TransportSemantics transportSemantics = TransportSemantics.Tcp)
    {
        _loop.EnsureAccess(nameof(IReactorFromThreads.CallFromThread));
        ResolverArguments.Check(receiver, hostName, portNumber, addressFamily, transportSemantics);
        LookupResolution resolution = new(this, receiver, hostName, portNumber, _loop);
        receiver.ResolutionBegan(resolution);
        if (!resolution.IsOver)
        {
            Begin(resolution, addressFamily, transportSemantics);
        }

        return resolution;
    }

    /// <summary>A caller waits no more.</summary>
    internal void Forget(LookupResolution resolution)
    {
        if (resolution.Lookup is not { } lookup)
        {
            return;
        }

        resolution.Lookup = null;
        lookup.Waiters.Remove(resolution);
        if (lookup.Waiters.Count == 0 && _threads.TryRemove(lookup))
        {
            _inFlight.Remove(lookup.Key);
        }
    }

    private void Begin(LookupResolution resolution, AddressFamily addressFamily, TransportSemantics transportSemantics)
    {
        string name;
        try
        {
            name = ResolverArguments.CheckName(resolution.Name);
        }
        catch (ArgumentException failure)
        {
            CompleteSoon(resolution, [], new DnsLookupException(failure.Message, failure));
            return;
        }

        if (HostNames.TryParseAddress(name, out IPAddress literal))
        {
            bool isWanted = ResolverArguments.IsWanted(literal, addressFamily);
            CompleteSoon(resolution, isWanted ? [literal] : [], isWanted ? null : new DnsLookupException($"{name} is not an address of {addressFamily}"));
            return;
        }

        LookupKey key = new(name.ToLowerInvariant(), addressFamily, transportSemantics);
        if (!_inFlight.TryGetValue(key, out Lookup? lookup))
        {
            lookup = new Lookup(_loop, key, Answered);
            if (!TryStart(lookup, out Exception? failure))
            {
                CompleteSoon(resolution, [], failure);
                return;
            }

            _inFlight.Add(key, lookup);
        }

        lookup.Waiters.Add(resolution);
        resolution.Lookup = lookup;
        resolution.LimitTo(_options.Timeout);
    }

    private bool TryStart(Lookup lookup, out Exception? failure)
    {
        try
        {
            failure = _threads.TryAdd(lookup)
                ? null
                : new DnsLookupException($"{lookup.Key.Name}: {_options.MaxThreads} look-ups are under way and {_options.MaxWaiting} wait already ({nameof(NameResolverOptions)}.{nameof(NameResolverOptions.MaxWaiting)})");
        }
        catch (Exception noThread)
        {
            failure = new DnsLookupException($"{lookup.Key.Name}: there is no thread for it: {noThread.Message}", noThread);
        }

        return failure is null;
    }

    private void Answered(Lookup lookup)
    {
        _inFlight.Remove(lookup.Key);
        if (lookup.Failure is not (null or DnsLookupException))
        {
            NamesLog.ResolverFailed(_loop.Logger, lookup.Key.Name, lookup.Failure);
        }

        foreach (LookupResolution resolution in lookup.Waiters.ToArray())
        {
            resolution.Complete(lookup.Addresses, lookup.Failure);
        }
    }

    private void CompleteSoon(LookupResolution resolution, IPAddress[] addresses, Exception? failure) =>
        _loop.CallSoon(_ => resolution.Complete(addresses, failure), null);
}
