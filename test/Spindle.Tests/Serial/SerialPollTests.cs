using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Serial;

public sealed class SerialPollTests : SerialContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
