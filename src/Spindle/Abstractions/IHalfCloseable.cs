namespace Spindle;

/// <summary>A protocol that wants to hear of each direction's end by itself.</summary>
/// <remarks>
/// <para>Without it, the peer's closing of its writing side ends the whole connection.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IHalfCloseableProtocol</c>.</para>
/// </remarks>
public interface IHalfCloseable
{
    /// <summary>The peer will send nothing more. Writing goes on. Called once.</summary>
    void ReadConnectionLost();

    /// <summary>What <see cref="ITransport.LoseWriteConnection"/> asked for is done: all is sent and the writing side is closed. Called once.</summary>
    void WriteConnectionLost();
}
