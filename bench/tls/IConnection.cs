namespace Spindle.Bench.Tls;

/// <summary>A client's end of a connection.</summary>
internal interface IConnection
{
    /// <summary>Sends so many bytes to a server that only counts, and waits for its word that all have come.</summary>
    Task SendAsync(long count);

    /// <summary>Sends 256 bytes and waits until they are back; so many times.</summary>
    Task PingAsync(int count);
}
