using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>Asks DNS servers itself, over UDP, and over TCP when an answer is too long for that.</summary>
/// <remarks>
/// <para>
/// Unlike the system's resolver a look-up needs no thread while it waits: hundreds may wait for a server that is dead, each
/// until its time is up. It knows neither /etc/hosts nor the search domains of /etc/resolv.conf: put a
/// <see cref="HostsFileResolver"/> before it in a <see cref="ResolverChain"/>, and ask for whole names.
/// </para>
/// <para>
/// IPv6 addresses come before IPv4 addresses. If the server answers for one family only, the look-up does not wait long for
/// the other (<see cref="DnsResolverOptions.FamilyDelay"/>).
/// </para>
/// <example>
/// <code>
/// reactor.InstallNameResolver(new ResolverChain(
///     reactor.EventLoop, new HostsFileResolver(reactor.EventLoop), new DnsResolver(reactor.EventLoop)));
/// </code>
/// </example>
/// <para>Thread: the loop's. The sockets are the runtime's, and answers pass through its thread pool on their way.</para>
/// <para>Source: Twisted's <c>names/client.py</c>, <c>Resolver</c>; the work is done by the DnsClient package.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody has asked for holds nothing.")]
public sealed class DnsResolver : HostnameResolver
{
    private readonly LookupClient _client;
    private readonly DnsResolverOptions _options;
    private readonly SemaphoreSlim _turns;
    private int _underWay; // With those that wait for their turn.

    /// <summary>Makes one. Reads /etc/resolv.conf if no server is given.</summary>
    /// <param name="loop">The loop that the answers come to.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The loop is not one on a selector, or there is no server.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public DnsResolver(IEventLoop loop, DnsResolverOptions? options = null)
        : base(loop, (options ??= new DnsResolverOptions()).Timeout)
    {
        options.Check();
        _options = options;
        _turns = new SemaphoreSlim(options.MaxConcurrent);
        NameServer[] servers = options.Servers.Count > 0
            ? [.. options.Servers.Select(server => new NameServer(server))]
            : [.. NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)];
        if (servers.Length == 0)
        {
            throw new ArgumentException($"/etc/resolv.conf names no server: give some, {nameof(DnsResolverOptions)}.{nameof(DnsResolverOptions.Servers)}.", nameof(options));
        }

        _client = new LookupClient(new LookupClientOptions(servers)
        {
            Timeout = options.AttemptTimeout,
            Retries = options.Retries,
            UseCache = options.UseCache,
            UseTcpFallback = true,
            UseRandomNameServer = false,
            ThrowDnsErrors = false,
        });
    }

    /// <inheritdoc/>
    protected override async Task<IPAddress[]> LookUpAsync(string name, AddressFamily addressFamily, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _underWay) > (long)_options.MaxConcurrent + _options.MaxWaiting)
        {
            Interlocked.Decrement(ref _underWay);
            throw new DnsLookupException($"{name}: {_options.MaxConcurrent} look-ups are under way and {_options.MaxWaiting} wait already ({nameof(DnsResolverOptions)}.{nameof(DnsResolverOptions.MaxWaiting)})");
        }

        try
        {
            await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                Answer answer = addressFamily switch
                {
                    AddressFamily.InterNetwork => await AskAsync(name, QueryType.A, cancellationToken).ConfigureAwait(false),
                    AddressFamily.InterNetworkV6 => await AskAsync(name, QueryType.AAAA, cancellationToken).ConfigureAwait(false),
                    _ => await AskBothAsync(name, cancellationToken).ConfigureAwait(false),
                };
                return answer.Addresses.Length > 0 ? answer.Addresses : throw new DnsLookupException($"{name}: {answer.Error ?? "it has no address"}", answer.Cause);
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<Answer> AskBothAsync(string name, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Answer> six = AskAsync(name, QueryType.AAAA, late.Token);
        Task<Answer> four = AskAsync(name, QueryType.A, late.Token);
        Task<Answer> first = await Task.WhenAny(six, four).ConfigureAwait(false);
        if ((await first.ConfigureAwait(false)).Addresses.Length > 0)
        {
            Task<Answer> second = first == six ? four : six;
            try
            {
                await second.WaitAsync(_options.FamilyDelay, Loop.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await late.CancelAsync().ConfigureAwait(false);
            }
        }

        Answer ofSix = await six.ConfigureAwait(false);
        Answer ofFour = await four.ConfigureAwait(false);
        return new Answer([.. ofSix.Addresses, .. ofFour.Addresses], ofFour.Error ?? ofSix.Error, ofFour.Cause ?? ofSix.Cause);
    }

    private async Task<Answer> AskAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        try
        {
            IDnsQueryResponse response = await _client.QueryAsync(name, type, QueryClass.IN, cancellationToken).ConfigureAwait(false);
            return response.HasError
                ? new Answer([], response.ErrorMessage, null)
                : new Answer([.. response.Answers.OfType<AddressRecord>().Select(record => record.Address)], null, null);
        }
        catch (Exception failure) when (failure is DnsResponseException or ArgumentException or SocketException or OperationCanceledException)
        {
            return new Answer([], failure.Message, failure); // An ArgumentException: DNS has no such names.
        }
    }

    /// <summary>What came of one question.</summary>
    private sealed record Answer(IPAddress[] Addresses, string? Error, Exception? Cause);
}
