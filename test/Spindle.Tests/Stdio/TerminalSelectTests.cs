using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Stdio;

public sealed class TerminalSelectTests : TerminalContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
