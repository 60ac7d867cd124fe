using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Timing;

public sealed class TimeSelectTests : TimeContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
