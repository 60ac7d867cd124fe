using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Spindle.Kernel;

namespace Spindle.Names;

/// <summary>Host names and addresses as texts.</summary>
/// <remarks>Thread: any.</remarks>
public static class HostNames
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };
    private static readonly bool CanCompose = "u\u0308".Normalize(NormalizationForm.FormC).Length == 1;

    /// <summary>Whether a text is an IPv4 address: four decimal numbers without leading zeros.</summary>
    /// <remarks>Source: Twisted's <c>isIPAddress</c>.</remarks>
    public static bool IsIPAddress(string text) => IsIPAddress(text, AddressFamily.InterNetwork);

    /// <summary>Whether a text is an address: four decimal numbers without leading zeros, or for IPv6 what RFC 4291 allows.</summary>
    /// <param name="text">The text. The %scope of an IPv6 address is not looked at.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <exception cref="ArgumentException">It is another family.</exception>
    /// <remarks>Source: Twisted's <c>isIPAddress</c>.</remarks>
    public static bool IsIPAddress(string text, AddressFamily addressFamily)
    {
        ArgumentNullException.ThrowIfNull(text);
        return addressFamily switch
        {
            AddressFamily.InterNetwork => InternetAddresses.IsIPv4(text),
            AddressFamily.InterNetworkV6 => InternetAddresses.IsIPv6(WithoutScope(text)),
            _ => throw new ArgumentException($"{addressFamily} has no address texts; it must be {AddressFamily.InterNetwork} or {AddressFamily.InterNetworkV6}.", nameof(addressFamily)),
        };
    }

    /// <summary>As <see cref="IsIPAddress(string, AddressFamily)"/>, for a text in ASCII; one with other bytes is no address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <exception cref="ArgumentException">It is another family.</exception>
    public static bool IsIPAddress(ReadOnlySpan<byte> text, AddressFamily addressFamily) =>
        IsIPAddress(Ascii.IsValid(text) ? Encoding.ASCII.GetString(text) : "", addressFamily);

    /// <summary>Whether a text is an IPv6 address, with or without a %scope.</summary>
    /// <remarks>Source: Twisted's <c>isIPv6Address</c>.</remarks>
    public static bool IsIPv6Address(string text) => IsIPAddress(text, AddressFamily.InterNetworkV6);

    /// <summary>A host name as DNS knows it: in Unicode's form C, then IDNA-encoded. A name in ASCII, and an address, is left as it is.</summary>
    /// <exception cref="ArgumentException">The name cannot be encoded.</exception>
    /// <remarks>
    /// An application in invariant globalization mode cannot compose characters: there a name with accents of their own
    /// (U+0300 to U+036F) is refused, for it would stand for another host.
    /// </remarks>
    public static string ToAscii(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Ascii.IsValid(name))
        {
            return name;
        }

        try
        {
            // IDNA folds case, but not in invariant mode.
            return Idn.GetAscii(Compose(name).ToLowerInvariant());
        }
        catch (ArgumentException failure)
        {
            throw new ArgumentException($"\"{name}\" is no host name: it cannot be IDNA-encoded. {failure.Message}", nameof(name), failure);
        }
    }

    internal static bool TryParseAddress(string text, out IPAddress address) => InternetAddresses.TryParse(text, out address);

    private static string Compose(string name)
    {
        const char FirstAccent = '\u0300', LastAccent = '\u036f';
        string composed = name.Normalize(NormalizationForm.FormC);
        return CanCompose || !composed.AsSpan().ContainsAnyInRange(FirstAccent, LastAccent)
            ? composed
            : throw new ArgumentException("Its accents cannot be composed in invariant globalization mode; write it with composed characters.");
    }

    private static string WithoutScope(string text)
    {
        int percent = text.IndexOf('%', StringComparison.Ordinal);
        return percent < 0 ? text : text[..percent];
    }
}
