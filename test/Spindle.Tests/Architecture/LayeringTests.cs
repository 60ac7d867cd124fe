using System.Text.RegularExpressions;

namespace Spindle.Tests.Architecture;

public sealed partial class LayeringTests
{
    /// <summary>From the ground up: a room may use those before it.</summary>
    private static readonly string[] Rooms =
    [
        "Kernel", "Selectors", "Loops", "Abstractions", "Descriptors", "Timing", "Threads", "Names", "Deferreds", "Protocols", "Policies", "Streams", "Datagrams",
        "Tls", "Tcp", "Unix", "Udp", "Processes", "Stdio", "Serial", "FileWatching", "Reactors", "Endpoints", "Async",
    ];

    [Fact, Clause("OVR-4")]
    public void Usings_GoDownOnly()
    {
        List<string> upward = [];
        foreach (string path in Sources.Files("src/Spindle"))
        {
            string room = Path.GetRelativePath(Path.Combine(Sources.Root, "src/Spindle"), path).Split('/')[0];
            Assert.Contains(room, Rooms);
            foreach (Match match in UsingOfARoom().Matches(File.ReadAllText(path)))
            {
                if (Array.IndexOf(Rooms, match.Groups[1].Value) > Array.IndexOf(Rooms, room))
                {
                    upward.Add($"{Path.GetFileName(path)} in {room} uses {match.Groups[1].Value}");
                }
            }
        }

        Assert.Empty(upward);
    }

    [Fact]
    public void Files_HaveAtMost500Lines()
    {
        IEnumerable<string> all = Sources.Files("src").Concat(Sources.Files("test")).Concat(Sources.Files("samples"));
        Assert.Empty(all.Where(path => File.ReadLines(path).Count() > 500).Select(Path.GetFileName));
    }

    [GeneratedRegex(@"^using Spindle\.(\w+);", RegexOptions.Multiline)]
    private static partial Regex UsingOfARoom();
}
