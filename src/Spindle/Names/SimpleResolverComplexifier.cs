using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>Makes a full resolver of a simple one: there is one address at the most.</summary>
/// <remarks>
/// <para>
/// A failed look-up completes without an address, with <see cref="IHostResolution.Failure"/> set; a failure that is not a
/// <see cref="DnsLookupException"/> is also logged. An address of a kind that was not asked for is dropped.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/_resolver.py</c>, <c>SimpleResolverComplexifier</c>.</para>
/// </remarks>
public sealed class SimpleResolverComplexifier : IHostnameResolver
{
    private readonly IResolverSimple _resolver;
    private readonly SynchronizationContext? _home;
    private readonly ILogger _logger;

    /// <summary>Wraps a resolver.</summary>
    /// <param name="resolver">The simple one. Its tasks may be completed on any thread if there is a loop.</param>
    /// <param name="loop">The reactor's loop, which the answers are brought to; null if they come on the right thread anyway. Its logger is used; without one errors are written to standard error.</param>
    public SimpleResolverComplexifier(IResolverSimple resolver, IEventLoop? loop = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = resolver;
        _home = loop?.SynchronizationContext;
        _logger = loop?.Logger ?? StandardErrorLogger.Instance;
    }

    /// <inheritdoc/>
    public IHostResolution ResolveHostName(
        IResolutionReceiver receiver,
        string hostName,
        int portNumber = 0,
        AddressFamily addressFamily = AddressFamily.Unspecified,
        TransportSemantics transportSemantics = TransportSemantics.Tcp)
    {
        ResolverArguments.Check(receiver, hostName, portNumber, addressFamily, transportSemantics);
        Resolution resolution = new(receiver, hostName, portNumber, _logger);
        receiver.ResolutionBegan(resolution);
        if (!resolution.IsOver)
        {
            Begin(resolution, addressFamily);
        }

        return resolution;
    }

    private void Begin(Resolution resolution, AddressFamily addressFamily)
    {
        string name;
        try
        {
            name = HostNames.ToAscii(resolution.Name);
        }
        catch (ArgumentException failure)
        {
            resolution.Complete([], new DnsLookupException(failure.Message, failure));
            return;
        }

        _ = ResolveAsync(resolution, name, addressFamily);
    }

    private async Task ResolveAsync(Resolution resolution, string name, AddressFamily addressFamily)
    {
        IPAddress? address = null;
        Exception? failure = null;
        CancellationTokenSource cancellation = new(); // Not disposed of: it has no timer, and who holds its token may still use it.
        resolution.StopAsking = cancellation.Cancel;
        try
        {
            // A resolver may complete its task anywhere; where that was is looked at below.
            address = await _resolver.GetHostByName(name, null, cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (_home is null || SynchronizationContext.Current == _home)
        {
            Complete(resolution, address, failure, addressFamily);
        }
        else
        {
            _home.Post(_ => Complete(resolution, address, failure, addressFamily), null);
        }
    }

    private void Complete(Resolution resolution, IPAddress? address, Exception? failure, AddressFamily addressFamily)
    {
        resolution.StopAsking = null;
        if (resolution.IsOver)
        {
            return;
        }

        if (failure is not (null or DnsLookupException))
        {
            NamesLog.ResolverFailed(_logger, resolution.Name, failure);
        }

        bool isWanted = address is not null && ResolverArguments.IsWanted(address, addressFamily);
        if (!isWanted)
        {
            failure ??= new DnsLookupException($"{resolution.Name} has no address of {addressFamily}");
        }

        resolution.Complete(isWanted ? [address!] : [], failure);
    }

    private sealed class Resolution(IResolutionReceiver receiver, string name, int port, ILogger logger) : HostResolution(receiver, name, port, logger)
    {
        private readonly ILogger _logger = logger;

        /// <summary>Tells the simple resolver that nobody waits; null when it is not being asked.</summary>
        public Action? StopAsking { get; set; }

        private protected override void Ended(bool isCancelled)
        {
            if (!isCancelled)
            {
                return;
            }

            try
            {
                StopAsking?.Invoke();
            }
            catch (Exception exception)
            {
                NamesLog.StopFailed(_logger, Name, exception); // What the resolver registered with the token.
            }
        }
    }
}
