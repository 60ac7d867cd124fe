using System.Net;
using System.Text;

namespace Spindle.Tests.Testing;

/// <summary>Keeps what it hears of UNIX datagrams, connected or not.</summary>
internal sealed class UnixDatagrams : IConnectedDatagramProtocol
{
    private IDatagramTransport? _transport;

    public IDatagramTransport Transport => _transport!;

    public bool IsConnected => _transport is not null;

    public List<string> Received { get; } = [];

    public List<EndPoint> Senders { get; } = [];

    public List<Exception> Failures { get; } = [];

    public int Refusals { get; private set; }

    public Action? OnFailed { get; set; }

    public void MakeConnection(IDatagramTransport transport) => _transport = transport;

    public void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        Received.Add(Encoding.ASCII.GetString(data));
        Senders.Add(address);
    }

    public void ConnectionRefused() => Refusals++;

    public void DoStop() => _transport = null;

    public void ConnectionFailed(Exception failure)
    {
        Failures.Add(failure);
        OnFailed?.Invoke();
    }
}
