namespace Spindle;

/// <summary>A connection ended: the base of every reason for an end.</summary>
/// <remarks>
/// <para>Reasons are passed to protocols, not thrown.</para>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.ConnectionClosed</c> and what is under it.</para>
/// </remarks>
public abstract class ConnectionClosedException : SpindleException
{
    private protected ConnectionClosedException(string message, int errno, Exception? inner = null)
        : base(message, errno, inner)
    {
    }

    private protected static string Sentence(string description, string detail) =>
        detail.Length == 0 ? description + "." : $"{description}: {detail.TrimEnd('.')}.";
}
