using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>Finds ports for programs that must be told one.</summary>
/// <remarks>
/// They are outside the range from which the kernel takes ports for whoever asks for any: what is free now is not given to
/// another test's connection a moment later.
/// </remarks>
internal static class FreePort
{
    private const int Lowest = 10_000;
    private const int Tries = 1_000;

    private static readonly int Highest = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static readonly HashSet<int> Given = [];

    /// <summary>Gives a TCP port of this machine that is free, and that nobody else was given.</summary>
    public static int Next()
    {
        lock (Given)
        {
            for (int i = 0; i < Tries; i++)
            {
                int port = Random.Shared.Next(Lowest, Math.Max(Highest, Lowest + Tries));
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"None of {Tries} ports is free.");
    }

    /// <summary>Takes a port of this machine at which nobody listens, and nobody can as long as it is taken: who connects is refused.</summary>
    public static Socket TakeWithoutListening()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener probe = new(IPAddress.Any, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
