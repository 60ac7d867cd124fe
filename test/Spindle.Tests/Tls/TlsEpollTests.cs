using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Tls;

public sealed class TlsEpollTests : TlsContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
