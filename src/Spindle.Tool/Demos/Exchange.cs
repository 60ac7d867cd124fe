using Spindle.Endpoints;

namespace Spindle.Tool.Demos;

/// <summary>What demos of transports have in common.</summary>
internal static class Exchange
{
    private const int Size = 1_000_000;

    /// <summary>Sends a megabyte to an echo server and compares what comes back.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="connect">How to get to the port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string> EchoAsync(IStreamServerEndpoint server, Func<IListeningPort, IStreamClientEndpoint> connect, CancellationToken cancellationToken)
    {
        IListeningPort port = await server.ListenAsync(Factory.For<EchoProtocol>()).ConfigureAwait(true);
        try
        {
            Conversation client = await connect(port).ConnectProtocolAsync(new Conversation(), cancellationToken).ConfigureAwait(true);
            byte[] sent = Bytes(Size);
            client.Transport.Write(sent);
            byte[] received = await client.ReceiveAsync(sent.Length).WaitAsync(cancellationToken).ConfigureAwait(true);
            client.Transport.LoseConnection();
            Check(received.AsSpan().SequenceEqual(sent), "what came back is not what was sent");
            return $"{Size:N0} bytes there and back";
        }
        finally
        {
            await port.StopListening().ConfigureAwait(true);
        }
    }

    /// <summary>Sends datagrams to an echo server and compares what comes back.</summary>
    /// <param name="port">A connected port.</param>
    /// <param name="client">Its protocol.</param>
    /// <param name="count">How many, as the client expects.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string> EchoAsync(IDatagramTransport port, DatagramCollector client, int count, CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            port.Write(Bytes(i));
        }

        IReadOnlyList<byte[]> received = await client.Received.WaitAsync(cancellationToken).ConfigureAwait(true);
        Check(received.Select((data, i) => data.AsSpan().SequenceEqual(Bytes(i))).All(same => same), "what came back is not what was sent");
        return $"{count} datagrams there and back";
    }

    /// <summary>Bytes by which one notices when some are missing, repeated or out of order.</summary>
    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)((i * 31) + (i >> 8));
        }

        return bytes;
    }

    public static void Check(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new InvalidOperationException(what);
        }
    }
}
