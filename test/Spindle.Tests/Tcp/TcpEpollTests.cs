using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Tcp;

public sealed class TcpEpollTests : TcpContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
