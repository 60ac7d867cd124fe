namespace Spindle.Tests.Support;

/// <summary>What a <see cref="DnsServer"/> is asked.</summary>
internal sealed record DnsQuestion(string Name, bool IsIPv6, bool IsTcp);
