using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Tls;

public sealed class TlsSelectTests : TlsContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
