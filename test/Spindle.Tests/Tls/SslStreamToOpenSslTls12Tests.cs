using System.Security.Authentication;
using Spindle.Tests.Contracts;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class SslStreamToOpenSslTls12Tests() : TlsEngineContract(TlsEngineKind.SslStream, TlsEngineKind.OpenSsl, SslProtocols.Tls12);
