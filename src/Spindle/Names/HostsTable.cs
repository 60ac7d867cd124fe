using System.Net;

namespace Spindle.Names;

/// <summary>The contents of a hosts file: on each line an address and its names.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
internal sealed class HostsTable
{
    private readonly Dictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the lines. What follows a "#" is a comment; a line without an address and a name is passed over, as the system does.</summary>
    public static HostsTable Read(TextReader lines)
    {
        HostsTable table = new();
        while (lines.ReadLine() is { } line)
        {
            int comment = line.IndexOf('#', StringComparison.Ordinal);
            string[] words = (comment < 0 ? line : line[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && HostNames.TryParseAddress(words[0], out IPAddress address))
            {
                foreach (string name in words.AsSpan(1))
                {
                    table.Add(name, address);
                }
            }
        }

        return table;
    }

    /// <summary>The addresses of a name in the order of the lines, each once. The case of the name, and a dot at its end, make no difference.</summary>
    public IPAddress[] Find(string name) => _addresses.TryGetValue(name.TrimEnd('.'), out List<IPAddress>? addresses) ? [.. addresses] : [];

    private void Add(string name, IPAddress address)
    {
        try
        {
            name = HostNames.ToAscii(name).TrimEnd('.');
        }
        catch (ArgumentException)
        {
            return; // A name that cannot be asked for.
        }

        if (!_addresses.TryGetValue(name, out List<IPAddress>? addresses))
        {
            _addresses[name] = addresses = [];
        }

        if (!addresses.Contains(address))
        {
            addresses.Add(address);
        }
    }
}
