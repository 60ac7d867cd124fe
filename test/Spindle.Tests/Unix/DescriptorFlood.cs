using System.Runtime.InteropServices;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Unix;

/// <summary>Passes descriptors over one connection after the other, each of which ends somehow at some moment.</summary>
internal sealed class DescriptorFlood
{
    private const int MostAtOnce = 64;
    private const int MostKept = 50;

    private readonly UnixRig _unix;
    private readonly TestPipe _pipe;
    private readonly Random _random;
    private readonly List<SafeHandle> _kept = [];
    private readonly RecordingFactory _servers;
    private readonly RecordingFactory _clients;
    private int _goal;

    public DescriptorFlood(UnixRig unix, TestPipe pipe, Random random)
    {
        _unix = unix;
        _pipe = pipe;
        _random = random;
        _servers = new RecordingFactory(BuildServer) { Name = "servers" };
        _clients = new RecordingFactory(BuildClient) { Name = "clients" };
        unix.Listen(_servers);
    }

    public int Connections => _clients.Built.Count;

    public int Sent { get; private set; }

    public int Received { get; private set; }

    /// <summary>Sends so many, and waits until every connection has ended.</summary>
    public async Task Pass(int count)
    {
        _goal = Sent + count;
        while (Sent < _goal)
        {
            int losses = _clients.Losses.Count;
            _unix.Reactor.Reactor.ConnectUnix(_unix.Socket, _clients);
            await _unix.Reactor.Until(() => _clients.Losses.Count > losses);
        }

        await _unix.Reactor.Until(() => _servers.Built.All(server => server.LostCount == 1));
        Close();
    }

    private RecordingProtocol BuildClient()
    {
        RecordingProtocol client = new("client");
        client.OnMade = SendSome;
        client.OnData = _ => SendSome();
        return client;

        void SendSome()
        {
            if (Sent >= _goal)
            {
                client.Transport.LoseConnection();
                return;
            }

            int count = _random.Next(1, MostAtOnce + 1);
            Sent += count;
            for (int i = 0; i < count; i++)
            {
                ((IUnixTransport)client.Transport).SendFileDescriptor(_pipe.Write);
                client.Transport.Write(new byte[_random.Next(100) == 0 ? 20_000 : 1]);
                EndSomehow(client.Transport);
            }

            client.Transport.Write("!"u8);
        }
    }

    // Asks for more when it has got all of those.
    private DescriptorProtocol BuildServer()
    {
        DescriptorProtocol server = new("server");
        server.OnDescriptor = handle =>
        {
            server.Descriptors.Clear();
            Received++;
            _kept.Add(handle);
            if (_kept.Count > MostKept)
            {
                Close();
            }

            EndSomehow(server.Transport);
        };
        server.OnData = data =>
        {
            if (data[^1] == '!')
            {
                server.Transport.Write("more"u8);
            }
        };
        return server;
    }

    private void EndSomehow(ITransport transport)
    {
        switch (_random.Next(1_000))
        {
            case 0:
                transport.AbortConnection();
                break;
            case 1:
                transport.LoseConnection();
                break;
            case 2:
                transport.LoseWriteConnection();
                break;
        }
    }

    private void Close()
    {
        _kept.ForEach(handle => handle.Dispose());
        _kept.Clear();
    }
}
