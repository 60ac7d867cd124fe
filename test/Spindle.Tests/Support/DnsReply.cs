using System.Net;

namespace Spindle.Tests.Support;

/// <summary>What a <see cref="DnsServer"/> says to a question.</summary>
internal sealed record DnsReply
{
    public static readonly DnsReply NoSuchName = new() { Code = 3 };

    public static readonly DnsReply ServerFailed = new() { Code = 2 };

    public static readonly DnsReply Nothing = new();

    /// <summary>The answer is too long: it must be asked for over TCP.</summary>
    public static readonly DnsReply Truncated = new() { IsTruncated = true };

    public IPAddress[] Addresses { get; private init; } = [];

    public int Code { get; private init; }

    public bool IsTruncated { get; private init; }

    public static DnsReply Of(params string[] addresses) => new() { Addresses = [.. addresses.Select(IPAddress.Parse)] };
}
