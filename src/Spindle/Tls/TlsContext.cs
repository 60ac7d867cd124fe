namespace Spindle.Tls;

/// <summary>How one side of TLS connections behaves: certificates, trust, versions, protocols. One serves many connections and reactors.</summary>
/// <remarks>Thread: any.</remarks>
public abstract class TlsContext
{
    private protected TlsContext()
    {
    }

    /// <summary>How long a handshake may take; a connection that has none by then is closed. More than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default 60 s, as nginx.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public TimeSpan HandshakeTimeout { get; init => field = Check(value, nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a close may take: what was written must be sent, and the peer must answer our close_notify. A connection that
    /// is not closed by then is aborted. More than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public TimeSpan ShutdownTimeout { get; init => field = Check(value, nameof(ShutdownTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>Whether connections of this role can be made with it.</summary>
    internal abstract bool Supports(TlsRole role);

    /// <summary>Makes an engine for one connection.</summary>
    /// <param name="role">One that is supported.</param>
    /// <param name="host">What runs the engine: its loop's thread, its log, its worker threads.</param>
    /// <exception cref="TlsException">The certificate, the key or an option cannot be used.</exception>
    internal abstract ITlsEngine CreateEngine(TlsRole role, ITlsHost host);

    private static TimeSpan Check(TimeSpan time, string name) => time > TimeSpan.Zero || time == Timeout.InfiniteTimeSpan
        ? time
        : throw new ArgumentOutOfRangeException(name, time, "It must be more than zero, or Timeout.InfiniteTimeSpan for no limit.");
}
