using Spindle.Tls;

namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.ListenSsl"/>: its arguments, and the port that it was given.</summary>
/// <param name="Port">The port as it was asked for; zero for any.</param>
/// <param name="Factory">The factory.</param>
/// <param name="Context">Certificate, trust, versions.</param>
/// <param name="Backlog">The backlog.</param>
/// <param name="Host">The interface; empty for all.</param>
/// <param name="Options">The options, or null.</param>
/// <param name="Listener">What the call returned.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemorySslServer(int Port, IFactory Factory, TlsContext Context, int Backlog, string Host, TcpListenOptions? Options, MemoryPort Listener);
