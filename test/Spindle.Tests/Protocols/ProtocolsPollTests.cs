using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Protocols;

public sealed class ProtocolsPollTests : ProtocolsContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
