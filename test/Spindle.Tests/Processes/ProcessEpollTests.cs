using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Processes;

public sealed class ProcessEpollTests : ProcessContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
