namespace Spindle;

/// <summary>A port cannot be listened on.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.CannotListenError</c>.</para>
/// </remarks>
public sealed class CannotListenException : BindException
{
    /// <summary>Makes one.</summary>
    /// <param name="host">The interface, or "" for any.</param>
    /// <param name="port">The port.</param>
    /// <param name="detail">Why.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public CannotListenException(string host, int port, string detail, int errno = 0)
        : base($"Couldn't listen on {(host.Length == 0 ? "any" : host)}:{port}: {detail.TrimEnd('.')}.", errno, innerException: null)
    {
        Host = host;
        Port = port;
    }

    /// <summary>Makes one of a UNIX socket.</summary>
    /// <param name="address">The path.</param>
    /// <param name="detail">Why.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public CannotListenException(UnixAddress address, string detail, int errno)
        : base($"Couldn't listen on {address}: {detail.TrimEnd('.')}.", errno, innerException: null)
    {
        Host = "";
        UnixAddress = address;
    }

    /// <summary>The interface, or "" for any.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The path, if it was a UNIX socket; then there is no interface and no port.</summary>
    public UnixAddress? UnixAddress { get; }
}
