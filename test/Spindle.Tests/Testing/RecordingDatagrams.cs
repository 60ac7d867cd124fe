using System.Net;
using System.Text;

namespace Spindle.Tests.Testing;

/// <summary>Writes down what it hears of a port for datagrams.</summary>
internal sealed class RecordingDatagrams : DatagramProtocol
{
    public List<(string Text, EndPoint Address)> Received { get; } = [];

    public int Starts { get; private set; }

    public int Stops { get; private set; }

    public int Refusals { get; private set; }

    public Action? OnStart { get; set; }

    public Action<string, EndPoint>? OnDatagram { get; set; }

    public Action? OnStop { get; set; }

    public override string LogPrefix => "recorder";

    public IEnumerable<string> Texts => Received.Select(each => each.Text);

    public override void StartProtocol()
    {
        Starts++;
        OnStart?.Invoke();
    }

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        string text = Encoding.ASCII.GetString(data);
        Received.Add((text, address));
        OnDatagram?.Invoke(text, address);
    }

    public override void ConnectionRefused() => Refusals++;

    public override void StopProtocol()
    {
        Stops++;
        OnStop?.Invoke();
    }
}
