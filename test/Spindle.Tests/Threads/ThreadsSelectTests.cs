using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Threads;

public sealed class ThreadsSelectTests : ThreadsContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
