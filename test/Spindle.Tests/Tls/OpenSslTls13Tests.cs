using System.Security.Authentication;
using Spindle.Tests.Contracts;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class OpenSslTls13Tests() : TlsEngineContract(TlsEngineKind.OpenSsl, TlsEngineKind.OpenSsl, SslProtocols.Tls13);
