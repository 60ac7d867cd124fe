using Spindle.Selectors;
using Spindle.Tests.Contracts;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class SslStreamOnPollTests : TlsContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;

    private protected override TlsEngineKind Engine => TlsEngineKind.SslStream;

    private protected override bool HasAlerts => false;
}
