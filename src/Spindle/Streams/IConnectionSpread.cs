namespace Spindle.Streams;

/// <summary>A factory whose connections are served by several reactors.</summary>
internal interface IConnectionSpread
{
    /// <summary>Gives an accepted socket to the reactor whose turn it is, be it the port's own. Thread: the port's.</summary>
    /// <returns>False if the port is to serve it itself.</returns>
    bool TryHandOver(StreamPort port, int fd, ReadOnlySpan<byte> rawPeer);
}
