using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Udp;

public sealed class UdpPollTests : UdpContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
