using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Reactors;

public sealed class DescriptorsEpollTests : DescriptorContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
