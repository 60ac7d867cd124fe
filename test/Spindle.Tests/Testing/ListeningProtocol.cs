namespace Spindle.Tests.Testing;

/// <summary>Hears of the TLS handshake, and may agree when its peer ends TLS.</summary>
internal sealed class ListeningProtocol(string name = "protocol", List<string>? journal = null)
    : RecordingProtocol(name, journal), ITlsHandshakeListener, ITlsStopListener
{
    public int HandshakeCount { get; private set; }

    public int StopCount { get; private set; }

    public bool AgreesToStop { get; init; }

    public Action? OnHandshake { get; set; }

    public void HandshakeCompleted()
    {
        HandshakeCount++;
        Note("handshake");
        OnHandshake?.Invoke();
    }

    public bool PeerStopsTls()
    {
        StopCount++;
        Note("peer stops");
        return AgreesToStop;
    }
}
