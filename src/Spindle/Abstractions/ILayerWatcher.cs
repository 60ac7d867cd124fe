namespace Spindle;

/// <summary>A protocol that keeps what came and was not used up: it must give it back when a layer is started below it.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface ILayerWatcher
{
    /// <summary>From now on bytes come through a layer, or through none any more: what came before is the layer's (<see cref="ILayered.HandBack"/>).</summary>
    void LayerChanged(ILayered transport);
}
