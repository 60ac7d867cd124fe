using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Stdio;

public sealed class StdioPollTests : StdioContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
