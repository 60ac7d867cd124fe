using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Stdio;

public sealed class TerminalEpollTests : TerminalContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
