using Spindle.Selectors;
using Spindle.Tests.Contracts;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class SslStreamOnEpollTests : TlsContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;

    private protected override TlsEngineKind Engine => TlsEngineKind.SslStream;

    private protected override bool HasAlerts => false;
}
