using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Stdio;

public sealed class TerminalPollTests : TerminalContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
