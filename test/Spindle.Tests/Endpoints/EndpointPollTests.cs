using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Endpoints;

public sealed class EndpointPollTests : EndpointContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
