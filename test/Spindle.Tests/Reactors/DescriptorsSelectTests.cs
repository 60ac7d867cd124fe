using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Reactors;

public sealed class DescriptorsSelectTests : DescriptorContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
