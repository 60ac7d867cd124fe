using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Timing;

public sealed class TimeEpollTests : TimeContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
