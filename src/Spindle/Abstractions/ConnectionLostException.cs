namespace Spindle;

/// <summary>The connection was lost: the peer reset it, or the system gave it up.</summary>
/// <remarks>Thread: any.</remarks>
public class ConnectionLostException : ConnectionClosedException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public ConnectionLostException(string detail = "", int errno = 0)
        : base(Sentence("Connection to the other side was lost in a non-clean fashion", detail), errno)
    {
    }

    private protected ConnectionLostException(string description, string detail, int errno, Exception? inner = null)
        : base(Sentence(description, detail), errno, inner)
    {
    }
}
