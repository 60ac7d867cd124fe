using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Endpoints;

public sealed class EndpointEpollTests : EndpointContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
