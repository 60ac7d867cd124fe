using System.Buffers;

namespace Spindle.Tests.Testing;

/// <summary>Keeps what it hears, and does in each callback what the test has put there.</summary>
internal class RecordingProtocol(string name = "protocol", List<string>? journal = null) : Protocol
{
    private readonly ArrayBufferWriter<byte> _received = new();

    public override string LogPrefix => OnLogPrefix?.Invoke() ?? name;

    /// <summary>What happened, in order; several objects may share one.</summary>
    public List<string> Journal { get; } = journal ?? [];

    public int MadeCount { get; private set; }

    public int LostCount { get; private set; }

    public int DataCount { get; private set; }

    /// <summary>Why it was lost.</summary>
    public Exception? Reason { get; private set; }

    public ReadOnlySpan<byte> Received => _received.WrittenSpan;

    public int ReceivedCount => _received.WrittenCount;

    public Action? OnMade { get; set; }

    public Action<byte[]>? OnData { get; set; }

    public Action<Exception>? OnLost { get; set; }

    public Func<string>? OnLogPrefix { get; set; }

    public ITcpTransport Tcp => (ITcpTransport)Transport;

    public override void ConnectionMade()
    {
        MadeCount++;
        Journal.Add($"{name} made");
        OnMade?.Invoke();
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        DataCount++;
        _received.Write(data);
        OnData?.Invoke(data.ToArray());
    }

    public override void ConnectionLost(Exception reason)
    {
        LostCount++;
        Reason ??= reason;
        Journal.Add($"{name} lost");
        OnLost?.Invoke(reason);
    }

    protected void Note(string what) => Journal.Add($"{name} {what}");
}
