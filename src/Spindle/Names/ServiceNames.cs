using System.Globalization;
using System.Text;
using Spindle.Kernel;

namespace Spindle.Names;

/// <summary>The port numbers of services by name: /etc/services.</summary>
/// <remarks>A local file of a few pages, read when it is asked for, as getservbyname(3) does. Thread: any.</remarks>
internal static class ServiceNames
{
    private const string Table = "/etc/services";
    private const int MaxSize = 1 << 20;

    /// <summary>Finds a service's port; names and aliases are told apart by case, as the system does.</summary>
    /// <exception cref="ServiceNameUnknownException">There is no such service, or no table.</exception>
    public static int GetPort(IFiles files, string name, string protocol)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        return Find(ReadTable(files, name), name, protocol)
            ?? throw new ServiceNameUnknownException($"{Table} has no {protocol} service \"{name}\"");
    }

    /// <summary>Finds a service in the text of a table: lines of name, port/protocol, aliases, and what follows a "#" for people.</summary>
    public static int? Find(string table, string name, string protocol)
    {
        foreach (string line in table.Split('\n'))
        {
            string[] words = line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && (words[0] == name || words.Skip(2).Contains(name)) && TryGetPort(words[1], protocol, out int port))
            {
                return port;
            }
        }

        return null;
    }

    private static bool TryGetPort(string word, string protocol, out int port)
    {
        string[] parts = word.Split('/');
        bool isOne = ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number);
        port = number;
        return isOne && parts.Length == 2 && parts[1] == protocol;
    }

    private static string ReadTable(IFiles files, string name)
    {
        int fd = files.Open(Table, writable: false);
        if (fd < 0)
        {
            throw Unreadable(name, "open", -fd);
        }

        try
        {
            using MemoryStream table = new();
            byte[] buffer = new byte[16_384];
            int count;
            while ((count = files.Read(fd, buffer)) > 0 && table.Length < MaxSize)
            {
                table.Write(buffer, 0, count);
            }

            return count < 0 ? throw Unreadable(name, "read", -count) : Encoding.UTF8.GetString(table.GetBuffer(), 0, (int)table.Length);
        }
        finally
        {
            _ = files.Close(fd);
        }
    }

    private static ServiceNameUnknownException Unreadable(string name, string call, int errno) =>
        new($"\"{name}\" cannot be looked up in {Table}: {call}: {Errno.Describe(errno)} (errno {errno}); give the port's number", errno);
}
