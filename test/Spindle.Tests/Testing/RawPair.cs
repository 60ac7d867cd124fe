namespace Spindle.Tests.Testing;

/// <summary>A connection of which the server is a reactor's and the client a socket of the runtime's.</summary>
internal sealed record RawPair(IListeningPort Port, RecordingProtocol Server, RawPeer Peer);
