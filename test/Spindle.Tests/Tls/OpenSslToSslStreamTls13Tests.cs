using System.Security.Authentication;
using Spindle.Tests.Contracts;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class OpenSslToSslStreamTls13Tests() : TlsEngineContract(TlsEngineKind.OpenSsl, TlsEngineKind.SslStream, SslProtocols.Tls13);
