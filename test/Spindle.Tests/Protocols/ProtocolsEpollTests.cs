using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Protocols;

public sealed class ProtocolsEpollTests : ProtocolsContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
