using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Threads;

public sealed class ThreadsEpollTests : ThreadsContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
