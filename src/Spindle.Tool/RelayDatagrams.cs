using System.Net;
using Spindle.Endpoints;

namespace Spindle.Tool;

/// <summary>The clients' side of a relay of datagrams: each client address gets a port of its own to the other side. Those without an address share one.</summary>
internal sealed class RelayDatagrams(AsyncSelectorReactor reactor, IDatagramClientEndpoint target, TimeSpan idle) : DatagramProtocol
{
    private const int MaxClients = 10_000; // Anyone can make up client addresses.

    private readonly Dictionary<EndPoint, RelayClient> _clients = new(new AddressComparer());

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        if (!_clients.TryGetValue(address, out RelayClient? client))
        {
            if (_clients.Count >= MaxClients)
            {
                return;
            }

            client = new RelayClient(this, address, reactor, idle);
            _clients.Add(address, client);
            reactor.Spawn(() => ConnectAsync(client));
        }

        client.Forward(data);
    }

    public override void StopProtocol()
    {
        foreach (RelayClient client in _clients.Values.ToArray())
        {
            client.Close();
        }
    }

    /// <summary>Sends an answer to a client.</summary>
    public void Answer(ReadOnlySpan<byte> data, EndPoint client)
    {
        if (IsConnected && client is not UnixAddress { IsUnnamed: true })
        {
            Transport.Write(data, client);
        }
    }

    /// <summary>A client is closed; its address may have a new one already.</summary>
    public void Forget(RelayClient client)
    {
        if (_clients.TryGetValue(client.Address, out RelayClient? known) && ReferenceEquals(known, client))
        {
            _clients.Remove(client.Address);
        }
    }

    private async Task ConnectAsync(RelayClient client)
    {
        try
        {
            await target.ConnectAsync(client).ConfigureAwait(true);
            client.Open();
        }
        catch (SpindleException failure)
        {
            client.Close();
            await Console.Error.WriteLineAsync($"spindle: a client was sent away: {failure.Message}").ConfigureAwait(true);
        }
    }
}
