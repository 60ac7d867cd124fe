using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Unix;

public sealed class UnixPollTests : UnixContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
