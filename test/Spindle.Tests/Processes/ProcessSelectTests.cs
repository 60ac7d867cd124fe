using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Processes;

public sealed class ProcessSelectTests : ProcessContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
