using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Reactors;

public sealed class GroupSelectTests : GroupContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
