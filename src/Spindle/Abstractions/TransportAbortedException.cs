namespace Spindle;

/// <summary>The connection was ended by <see cref="ITransport.AbortConnection"/>.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class TransportAbortedException : ConnectionLostException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    public TransportAbortedException(string detail = "")
        : base("Connection was aborted locally", detail, 0)
    {
    }
}
