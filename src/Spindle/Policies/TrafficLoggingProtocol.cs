using System.Buffers;

namespace Spindle.Policies;

/// <summary>Writes the traffic of one connection to a text; see <see cref="TrafficLoggingFactory"/>.</summary>
internal sealed class TrafficLoggingProtocol(
    TrafficLoggingFactory factory,
    IProtocol wrapped,
    TextWriter text,
    int number,
    int lengthLimit) : ProtocolWrapper(factory, wrapped)
{
    private bool _isOpen = true;

    public override void MakeConnection(ITransport transport)
    {
        Log("*");
        base.MakeConnection(transport);
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        Log($"C {number}: {TrafficText.Quote(data, lengthLimit)}");
        base.DataReceived(data);
    }

    public override void ConnectionLost(Exception reason)
    {
        try
        {
            Log($"C {number}: {reason.GetType().Name}: {reason.Message}");
        }
        finally
        {
            End(reason);
        }
    }

    public override void Write(ReadOnlySpan<byte> data)
    {
        Log($"S {number}: {TrafficText.Quote(data, lengthLimit)}");
        base.Write(data);
    }

    public override void Write(in ReadOnlySequence<byte> data)
    {
        Log($"S {number}: {TrafficText.Quote(in data, lengthLimit)}");
        base.Write(in data);
    }

    public override void LoseConnection()
    {
        Log($"S {number}: *");
        base.LoseConnection();
    }

    public override void LoseWriteConnection()
    {
        Log($"S {number}: end of writing");
        base.LoseWriteConnection();
    }

    public override void AbortConnection()
    {
        Log($"S {number}: abort");
        base.AbortConnection();
    }

    private void End(Exception reason)
    {
        try
        {
            base.ConnectionLost(reason);
        }
        finally
        {
            _isOpen = false; // Not before: the protocol may still have written in its last call.
            text.Dispose();
        }
    }

    private void Log(string line)
    {
        if (_isOpen)
        {
            text.WriteLine(line);
            text.Flush();
        }
    }
}
