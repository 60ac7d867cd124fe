using System.Text;
using Spindle.Tls;

namespace Spindle.Tests.Testing;

/// <summary>Two engines and the wire between them, in memory.</summary>
internal sealed class TlsPair : IDisposable
{
    private readonly byte[] _buffer = new byte[20_000];

    public TlsPair(TlsContext client, TlsContext server)
    {
        Client = client.CreateEngine(TlsRole.Client, ClientHost);
        Server = server.CreateEngine(TlsRole.Server, ServerHost);
    }

    public TestTlsHost ClientHost { get; } = new();

    public TestTlsHost ServerHost { get; } = new();

    public ITlsEngine Client { get; }

    public ITlsEngine Server { get; }

    public TlsStatus ClientStatus { get; private set; } = TlsStatus.WantsInput;

    public TlsStatus ServerStatus { get; private set; } = TlsStatus.WantsInput;

    /// <summary>How many bytes are fed at once.</summary>
    public int Piece { get; set; } = int.MaxValue;

    /// <summary>Which byte of all that goes over the wire is changed on its way; negative for none.</summary>
    public int Changed { get; set; } = -1;

    /// <summary>Everything that the client sent.</summary>
    public MemoryStream FromClient { get; } = new();

    /// <summary>Everything that the server sent.</summary>
    public MemoryStream FromServer { get; } = new();

    /// <summary>Handshakes until both are done, one has failed, or nothing moves.</summary>
    /// <returns>Whether both are done.</returns>
    public bool Handshake()
    {
        bool moves = true;
        while (moves)
        {
            ClientStatus = Client.Handshake();
            moves = Move(Client, Server, FromClient, () => ServerStatus = Server.Handshake());
            ServerStatus = Server.Handshake();
            moves |= Move(Server, Client, FromServer, () => ClientStatus = Client.Handshake());
        }

        // What came with or behind the peer's last message, an alert for one, is in no handshake any more.
        if (ClientStatus == TlsStatus.Done && ServerStatus == TlsStatus.Failed)
        {
            ClientStatus = Client.Read(_buffer, out _);
        }

        if (ServerStatus == TlsStatus.Done && ClientStatus == TlsStatus.Failed)
        {
            ServerStatus = Server.Read(_buffer, out _);
        }

        return ClientStatus == TlsStatus.Done && ServerStatus == TlsStatus.Done;
    }

    /// <summary>Sends a text through the session.</summary>
    public string Send(ITlsEngine from, ITlsEngine to, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Write(from, bytes);
        Move(from, to);
        return Encoding.UTF8.GetString(ReadAll(to, out _));
    }

    /// <summary>Writes all.</summary>
    public static void Write(ITlsEngine engine, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            Assert.Equal(TlsStatus.Done, engine.Write(bytes, out int count));
            Assert.True(count > 0);
            bytes = bytes[count..];
        }
    }

    /// <summary>Reads until there is nothing more.</summary>
    public byte[] ReadAll(ITlsEngine engine, out TlsStatus end)
    {
        MemoryStream all = new();
        while ((end = engine.Read(_buffer, out int count)) == TlsStatus.Done)
        {
            Assert.InRange(count, 1, 16_384);
            all.Write(_buffer, 0, count);
        }

        return all.ToArray();
    }

    /// <summary>Moves what one has to send to the other.</summary>
    public void Move(ITlsEngine from, ITlsEngine to) => Move(from, to, from == Client ? FromClient : FromServer, null);

    /// <summary>Takes what one has to send.</summary>
    public static byte[] TakeAll(ITlsEngine engine)
    {
        TlsBuffer output = engine.TakeOutput();
        byte[] all = output.Bytes.ToArray();
        output.Clear();
        Assert.Equal(0, engine.PendingOutput);
        return all;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private bool Move(ITlsEngine from, ITlsEngine to, MemoryStream log, Action? step)
    {
        byte[] taken = TakeAll(from);
        if (Changed >= 0 && Changed < taken.Length)
        {
            taken[Changed] ^= 0x55;
        }

        Changed -= taken.Length;
        ReadOnlySpan<byte> bytes = taken;
        log.Write(bytes);
        bool moved = bytes.Length > 0;
        while (bytes.Length > 0)
        {
            int count = Math.Min(Piece, bytes.Length);
            to.Feed(bytes[..count]);
            bytes = bytes[count..];
            step?.Invoke();
        }

        return moved;
    }
}
