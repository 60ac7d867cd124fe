using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Unix;

public sealed class UnixEpollTests : UnixContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
