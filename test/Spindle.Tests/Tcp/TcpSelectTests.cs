using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Tcp;

public sealed class TcpSelectTests : TcpContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
