using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Threads;

public sealed class ThreadsPollTests : ThreadsContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
