using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Tls;

public sealed class TlsPollTests : TlsContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
