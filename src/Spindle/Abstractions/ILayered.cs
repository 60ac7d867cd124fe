namespace Spindle;

/// <summary>A transport on which a layer can be started while it is in use.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface ILayered
{
    /// <summary>Hands bytes that came and belong to the layer to it, as if they had just come.</summary>
    void HandBack(ReadOnlySpan<byte> data);
}
