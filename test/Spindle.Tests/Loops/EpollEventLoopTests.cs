using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Loops;

public sealed class EpollEventLoopTests : EventLoopContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
