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

    /// <summary>The interface, or "" for any.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }
}
