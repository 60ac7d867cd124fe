using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Endpoints;

public sealed class EndpointSelectTests : EndpointContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
