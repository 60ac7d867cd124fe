using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Tcp;

public sealed class TcpPollTests : TcpContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
