using System.Security.Authentication;
using Spindle.Tests.Contracts;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class SslStreamTls12Tests() : TlsEngineContract(TlsEngineKind.SslStream, TlsEngineKind.SslStream, SslProtocols.Tls12);
