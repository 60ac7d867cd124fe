using System.Net;
using System.Net.Sockets;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>A resolver to derive from: how a name is looked up is a task, the rest is done here.</summary>
/// <remarks>
/// <para>
/// The rest: names are IDNA-encoded, addresses answer themselves, a look-up ends by its time limit or when it is cancelled
/// whatever becomes of the task, and the receiver is called on the loop's thread, never within the call.
/// </para>
/// <example>
/// <code>
/// sealed class Office(IEventLoop loop) : HostnameResolver(loop, TimeSpan.FromSeconds(5))
/// {
///     protected override Task&lt;IPAddress[]&gt; LookUpAsync(string name, AddressFamily addressFamily, CancellationToken cancellationToken) =>
///         name == "printer" ? Task.FromResult(new[] { new IPAddress([10, 0, 0, 7]) }) : throw new DnsLookupException($"{name} is not here");
/// }
/// </code>
/// </example>
/// <para>Thread: the loop's.</para>
/// </remarks>
public abstract class HostnameResolver : IHostnameResolver
{
    private readonly SelectorEventLoop _loop;

    /// <summary>Makes one.</summary>
    /// <param name="loop">The loop that the answers come to.</param>
    /// <param name="timeout">After how long a look-up fails; zero or more, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <exception cref="ArgumentException">The loop is not one on a selector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    protected HostnameResolver(IEventLoop loop, TimeSpan timeout)
    {
        _loop = loop as SelectorEventLoop ?? throw new ArgumentException($"A {nameof(SelectorEventLoop)} is needed.", nameof(loop));
        if (timeout < TimeSpan.Zero && timeout != System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "It must be zero or more, or Timeout.InfiniteTimeSpan for no limit.");
        }

        Timeout = timeout;
    }

    /// <summary>After how long a look-up fails.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The loop that the answers come to.</summary>
    protected IEventLoop Loop => _loop;

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
        TaskResolution resolution = new(receiver, hostName, portNumber, addressFamily, _loop);
        receiver.ResolutionBegan(resolution);
        if (!resolution.IsOver)
        {
            Begin(resolution);
        }

        return resolution;
    }

    /// <summary>Looks a name up. Called on the loop's thread, which it must not block; the task may be completed on any.</summary>
    /// <param name="name">In ASCII, and no address.</param>
    /// <param name="addressFamily">Which addresses are wanted; others are dropped.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits any more: the time is up, or the look-up was cancelled.</param>
    /// <returns>The addresses in the order in which to try them; none is a failure.</returns>
    /// <exception cref="DnsLookupException">The name has no addresses, with the reason. Any other exception is logged, too.</exception>
    protected abstract Task<IPAddress[]> LookUpAsync(string name, AddressFamily addressFamily, CancellationToken cancellationToken);

    private void Begin(TaskResolution resolution)
    {
        string name;
        try
        {
            name = ResolverArguments.CheckName(resolution.Name);
        }
        catch (ArgumentException failure)
        {
            resolution.AnswerSoon([], new DnsLookupException(failure.Message, failure));
            return;
        }

        if (HostNames.TryParseAddress(name, out IPAddress literal))
        {
            resolution.AnswerSoon([literal], null);
            return;
        }

        resolution.LimitTo(Timeout);
        _ = AskAsync(resolution, name);
    }

    private async Task AskAsync(TaskResolution resolution, string name)
    {
        IPAddress[] addresses = [];
        Exception? failure = null;
        try
        {
            // The task may be completed anywhere; the answer goes home by itself.
            addresses = await LookUpAsync(name, resolution.AddressFamily, resolution.Stopped).ConfigureAwait(false) ?? [];
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        resolution.AnswerSoon(addresses, failure);
    }
}
