using System.Net;
using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>A system's resolver that knows what the test tells it. Thread: any.</summary>
internal sealed class ScriptedLookups : INameLookups
{
    private readonly List<(string Name, int Family, int SocketType)> _calls = [];

    /// <summary>The questions so far, in order.</summary>
    public IReadOnlyList<(string Name, int Family, int SocketType)> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public IEnumerable<string> Names => Calls.Select(call => call.Name);

    /// <summary>What a name is answered with. Default: that it is not known.</summary>
    public Func<string, IPAddress[]> Answer { get; set; } = _ => [];

    /// <summary>The error, instead of an answer.</summary>
    public string? Error { get; set; }

    public string? Resolve(string name, int family, int socketType, ICollection<IPAddress> addresses)
    {
        lock (_calls)
        {
            _calls.Add((name, family, socketType));
        }

        foreach (IPAddress address in Answer(name))
        {
            addresses.Add(address);
        }

        return Error;
    }
}
