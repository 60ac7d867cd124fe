using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Udp;

public sealed class UdpSelectTests : UdpContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
