namespace Spindle.Tls;

/// <summary>How one side of TLS connections behaves: certificates, trust, versions, protocols. One serves many connections and reactors.</summary>
/// <remarks>Thread: any.</remarks>
public abstract class TlsContext
{
    private protected TlsContext()
    {
    }

    /// <summary>Whether connections of this role can be made with it.</summary>
    internal abstract bool Supports(TlsRole role);

    /// <summary>Makes an engine for one connection.</summary>
    /// <param name="role">One that is supported.</param>
    /// <param name="host">What runs the engine: its loop's thread, its log, its worker threads.</param>
    /// <exception cref="TlsException">The certificate, the key or an option cannot be used.</exception>
    internal abstract ITlsEngine CreateEngine(TlsRole role, ITlsHost host);
}
