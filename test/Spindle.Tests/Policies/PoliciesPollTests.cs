using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Policies;

public sealed class PoliciesPollTests : PolicyContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
