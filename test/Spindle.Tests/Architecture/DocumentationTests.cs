using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Spindle.Tests.Architecture;

public sealed partial class DocumentationTests
{
    [Theory, InlineData(typeof(EventLoop)), InlineData(typeof(Spindle.Testing.Clock))]
    public void PublicTypes_SayWhichThreadTheyBelongTo(Type ofTheLibrary)
    {
        Assembly library = ofTheLibrary.Assembly;
        XDocument documentation = XDocument.Load(Path.ChangeExtension(library.Location, ".xml"));
        Dictionary<string, string> texts = documentation.Descendants("member").ToDictionary(
            member => member.Attribute("name")!.Value,
            member => member.ToString());

        // An enumeration's values belong to no thread.
        IEnumerable<string> silent = library.GetExportedTypes()
            .Where(type => !type.IsEnum)
            .Where(type => !texts.TryGetValue("T:" + type.FullName!.Replace('+', '.'), out string? text)
                || !(text.Contains("Thread:", StringComparison.Ordinal) || text.Contains("<inheritdoc", StringComparison.Ordinal)))
            .Select(type => type.FullName!);

        Assert.Empty(silent);
    }

    [Fact]
    public void ClauseTable_NamesEveryTestOfEveryClause()
    {
        // docs/update-table mends what this finds.
        Dictionary<string, string> rows = ClauseRow().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs/twisted-to-spindle.md")))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        List<string> missing = [];
        foreach ((string clause, string test) in TestsByClause())
        {
            if (rows.TryGetValue(clause, out string? tests) && !tests.Contains($".{test}`", StringComparison.Ordinal))
            {
                missing.Add($"{clause}: {test}");
            }
        }

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("SEL", 31)]
    [InlineData("LOOP", 41)]
    [InlineData("OVR", 17)]
    [InlineData("CORE", 76)]
    [InlineData("FD", 68)]
    [InlineData("TCP", 70)]
    [InlineData("POL", 7)]
    [InlineData("THR", 25)]
    [InlineData("PROC", 51)]
    [InlineData("UTIL", 2)]
    [InlineData("FDESC", 3)]
    [InlineData("NAME", 18)]
    [InlineData("UNIX", 34)]
    [InlineData("ADOPT", 13)]
    [InlineData("STDIO", 13)]
    [InlineData("INO", 9)]
    [InlineData("TIME", 49)]
    [InlineData("UDP", 32)]
    [InlineData("TLS", 47)]
    [InlineData("SER", 2)]
    public void ClauseTable_HasATestOrAReasonForEveryClause(string area, int count)
    {
        Dictionary<string, string> rows = ClauseRow().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs/twisted-to-spindle.md")))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

        Assert.All(Enumerable.Range(1, count), number =>
        {
            string tests = rows[$"{area}-{number}"];
            Assert.True(tests.Contains('`', StringComparison.Ordinal) || tests.StartsWith("none: ", StringComparison.Ordinal), $"{area}-{number}: {tests}");
        });
    }

    private static IEnumerable<(string Clause, string Test)> TestsByClause() =>
        from type in typeof(DocumentationTests).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        from attribute in method.GetCustomAttributes<ClauseAttribute>()
        from trait in attribute.GetTraits()
        select (trait.Value, method.Name);

    [GeneratedRegex(@"^\| ([A-Z]+-\d+) \| .*? \| .*? \| (.*?) \|$", RegexOptions.Multiline)]
    private static partial Regex ClauseRow();
}
