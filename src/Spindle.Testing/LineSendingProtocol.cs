using System.Text;

namespace Spindle.Testing;

/// <summary>A client that says its lines, all at once, and keeps the lines that are answered.</summary>
/// <param name="lines">What to say, in UTF-8, without line ends.</param>
/// <param name="start">True: as soon as it is connected. False: when the other end has sent its first line.</param>
/// <remarks>
/// <para>Thread: that of its transport.</para>
/// <para>Source: Twisted's <c>internet/testing.py</c>, <c>LineSendingProtocol</c>.</para>
/// </remarks>
public sealed class LineSendingProtocol(IEnumerable<string> lines, bool start = true) : LineReceiver
{
    private readonly List<string> _responses = [];
    private string[] _lines = [.. lines];

    /// <summary>The lines that came, in order.</summary>
    public IReadOnlyList<string> Responses => _responses;

    /// <summary>Why the connection ended; null while it has not.</summary>
    public Exception? LostReason { get; private set; }

    /// <inheritdoc/>
    public override void ConnectionMade()
    {
        if (start)
        {
            SendLines();
        }
    }

    /// <inheritdoc/>
    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        SendLines();
        _responses.Add(Encoding.UTF8.GetString(line));
    }

    /// <inheritdoc/>
    public override void ConnectionLost(Exception reason) => LostReason = reason;

    private void SendLines()
    {
        string[] all = _lines;
        _lines = [];
        foreach (string line in all)
        {
            SendLine(line);
        }
    }
}
