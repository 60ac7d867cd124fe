namespace Spindle;

/// <summary>There is no service of this name.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.ServiceNameUnknownError</c>.</para>
/// </remarks>
public sealed class ServiceNameUnknownException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public ServiceNameUnknownException(string detail = "", int errno = 0)
        : base("Service name given as port is unknown", detail, errno)
    {
    }
}
