using System.Net;
using System.Net.Sockets;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>Looks names up in /etc/hosts, or another file of its kind, and nowhere else.</summary>
/// <remarks>
/// <para>
/// Put it before another resolver in a <see cref="ResolverChain"/>: a name that the file does not have, or not with an
/// address of the kind that is wanted, is then asked for there. So is every name when there is no such file.
/// </para>
/// <para>
/// The file is looked at for each look-up and read again when it has changed, on a thread of the loop's executor. A name on
/// several lines has all their addresses, in their order. A line that is no entry is passed over.
/// </para>
/// <para>Thread: the loop's.</para>
/// <para>Source: Twisted's <c>names/hosts.py</c>, <c>Resolver</c>, which reads the file for each look-up, on the reactor's thread.</para>
/// </remarks>
public sealed class HostsFileResolver : HostnameResolver
{
    private const string SystemFile = "/etc/hosts";
    private const long MaxSize = 64 << 20;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10); // A local file; one on a server may hang.

    private volatile Content? _content;

    /// <summary>Makes one. The file is not looked at yet.</summary>
    /// <param name="loop">The loop that the answers come to.</param>
    /// <param name="path">Null for /etc/hosts.</param>
    /// <exception cref="ArgumentException">The loop is not one on a selector, or the path is empty.</exception>
    public HostsFileResolver(IEventLoop loop, string? path = null)
        : base(loop, MaxTime)
    {
        if (path is not null)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
        }

        Path = path ?? SystemFile;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    protected override async Task<IPAddress[]> LookUpAsync(string name, AddressFamily addressFamily, CancellationToken cancellationToken)
    {
        HostsTable table;
        try
        {
            table = await Loop.RunInExecutor(GetTable).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DnsLookupException($"{name}: {Path} cannot be read: {failure.Message}", failure);
        }

        IPAddress[] addresses = [.. table.Find(name).Where(address => ResolverArguments.IsWanted(address, addressFamily))];
        return addresses.Length > 0
            ? addresses
            : throw new DnsLookupException($"{name} is not in {Path}{(addressFamily == AddressFamily.Unspecified ? "" : $" with an address of {addressFamily}")}");
    }

    // On a thread of the executor. Two may read the file at a time: both read the same.
    private HostsTable GetTable()
    {
        FileInfo file = new(Path);
        (DateTime, long) stamp = (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
        if (_content is { } known && known.Stamp == stamp)
        {
            return known.Table;
        }

        if (stamp.Item2 > MaxSize)
        {
            throw new IOException($"it has {stamp.Item2} bytes, and {MaxSize} are the most");
        }

        using StreamReader reader = new(Path);
        HostsTable table = HostsTable.Read(reader);
        _content = new Content(stamp, table);
        return table;
    }

    /// <summary>What was read, and by what a change since then is known. The stamp is older than the content: a change while it was read is seen the next time.</summary>
    private sealed record Content((DateTime Changed, long Size) Stamp, HostsTable Table);
}
