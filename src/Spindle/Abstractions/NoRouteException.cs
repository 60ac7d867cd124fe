namespace Spindle;

/// <summary>There is no route to the network.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class NoRouteException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public NoRouteException(string detail = "", int errno = 0)
        : base("No route to host", detail, errno)
    {
    }
}
