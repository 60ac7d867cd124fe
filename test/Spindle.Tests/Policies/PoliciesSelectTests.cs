using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Policies;

public sealed class PoliciesSelectTests : PolicyContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
