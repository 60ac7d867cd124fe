using System.Net;
using System.Net.Sockets;

namespace Spindle.Tests.Testing;

/// <summary>A port of this machine where attempts to connect are neither taken nor refused: its queue is full.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    public SilentServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);

        // The kernel takes one more than it was asked to; a further one proves that the queue is full.
        Fill().Wait();
        Task further = Fill();
        while (further.IsCompleted)
        {
            further = Fill();
        }
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _listener.Dispose();
    }

    private Task Fill()
    {
        Socket filler = new(SocketType.Stream, ProtocolType.Tcp);
        _fillers.Add(filler);
        return filler.ConnectAsync(_listener.LocalEndPoint!);
    }
}
