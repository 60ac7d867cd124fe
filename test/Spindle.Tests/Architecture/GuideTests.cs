using System.Text.RegularExpressions;

namespace Spindle.Tests.Architecture;

/// <summary>The code in the texts is the code of the samples.</summary>
public sealed partial class GuideTests
{
    [Fact]
    public void CodeBlocks_AreLinesOfTheSampleThatTheyName()
    {
        List<string> wrong = [];
        int count = 0;
        foreach (string path in Texts())
        {
            foreach (Match block in CodeBlock().Matches(File.ReadAllText(path)))
            {
                count++;
                string sample = block.Groups["sample"].Value;
                string file = Path.Combine(Sources.Root, sample);
                if (!sample.StartsWith("samples/", StringComparison.Ordinal) || !File.Exists(file))
                {
                    wrong.Add($"{Path.GetFileName(path)}: a block of C# names its sample, \"csharp samples/...\", and this one says \"{sample}\"");
                }
                else if (!Contains(File.ReadAllLines(file), block.Groups["code"].Value.TrimEnd('\n').Split('\n')))
                {
                    wrong.Add($"{Path.GetFileName(path)}: not in {sample}:\n{block.Groups["code"].Value}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(count > 10, $"{count} blocks were found");
    }

    [Theory]
    [InlineData("a b", "", "c")]
    [InlineData("    a b", "", "    c")]
    public void Contains_SameLinesMovedToTheRight_IsTrue(params string[] file) => Assert.True(Contains(["x", .. file, "y"], ["a b", "", "c"]));

    [Theory]
    [InlineData("a  b", "", "c")]
    [InlineData("a b", "c")]
    [InlineData("a b", "", "  c")]
    public void Contains_OtherLines_IsFalse(params string[] file) => Assert.False(Contains(["x", .. file, "y"], ["a b", "", "c"]));

    [Fact]
    public void Links_LeadSomewhere()
    {
        IEnumerable<string> dead =
            from path in Texts()
            from Match link in Link().Matches(File.ReadAllText(path))
            let target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, link.Groups[1].Value))
            where !Path.Exists(target)
            select $"{Path.GetFileName(path)}: {link.Groups[1].Value}";

        Assert.Empty(dead);
    }

    [Fact]
    public void Samples_AreAllInTheSolution()
    {
        string solution = File.ReadAllText(Path.Combine(Sources.Root, "Spindle.slnx"));
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Sources.Root, "samples"), "*.csproj", SearchOption.AllDirectories),
            path => Assert.Contains(Path.GetRelativePath(Sources.Root, path), solution, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Texts() =>
        Directory.EnumerateFiles(Path.Combine(Sources.Root, "docs/guide"), "*.md").Append(Path.Combine(Sources.Root, "README.md"));

    /// <summary>Whether the lines of a block are in a file, one after the other, all of them as far to the right as the first.</summary>
    private static bool Contains(string[] file, string[] block) =>
        Enumerable.Range(0, Math.Max(0, file.Length - block.Length + 1)).Any(start =>
        {
            string first = file[start];
            string margin = first[..(first.Length - first.TrimStart().Length)];
            return block.Select(line => line.Length == 0 ? "" : margin + line).SequenceEqual(file.Skip(start).Take(block.Length));
        });

    [GeneratedRegex(@"^```csharp *(?<sample>\S*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Link();
}
