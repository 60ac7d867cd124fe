namespace Spindle;

/// <summary>The connection was closed cleanly, by either side.</summary>
/// <remarks>Thread: any.</remarks>
public class ConnectionDoneException : ConnectionClosedException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public ConnectionDoneException(string detail = "", int errno = 0)
        : base(Sentence("Connection was closed cleanly", detail), errno)
    {
    }

    private protected ConnectionDoneException(string description, string detail, int errno)
        : base(Sentence(description, detail), errno)
    {
    }

    /// <summary>The one that the library passes as a reason: an orderly end is no surprise and costs no object.</summary>
    public static ConnectionDoneException Instance { get; } = new();
}
