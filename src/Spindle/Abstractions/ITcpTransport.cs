namespace Spindle;

/// <summary>A TCP connection's own abilities.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface ITcpTransport : ITransport
{
    /// <summary>TCP_NODELAY: send small pieces at once instead of waiting for the acknowledgement of earlier ones.</summary>
    /// <exception cref="InvalidOperationException">The connection has ended.</exception>
    bool TcpNoDelay { get; set; }

    /// <summary>SO_KEEPALIVE: probe an idle peer.</summary>
    /// <exception cref="InvalidOperationException">The connection has ended.</exception>
    bool TcpKeepAlive { get; set; }
}
