namespace Spindle.Bench.Tls;

/// <summary>A way to speak TLS: a server that echoes and a client, on loopback.</summary>
internal interface IContender
{
    /// <summary>Starts the server, does the work, ends.</summary>
    void Run(IWork work);

    /// <summary>Makes and ends one connection: TCP, a full handshake, one byte there and back, close_notify.</summary>
    Task HandshakeAsync();

    /// <summary>Makes a connection and keeps it; a byte went there and back.</summary>
    Task<IConnection> ConnectAsync();
}
