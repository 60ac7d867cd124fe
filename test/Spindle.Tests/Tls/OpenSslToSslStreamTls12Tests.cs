using System.Security.Authentication;
using Spindle.Tests.Contracts;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class OpenSslToSslStreamTls12Tests() : TlsEngineContract(TlsEngineKind.OpenSsl, TlsEngineKind.SslStream, SslProtocols.Tls12);
