namespace Spindle;

/// <summary>A producer that can say that nothing more will come from it, though it is still registered.</summary>
/// <remarks>
/// A transport that is closing reads nothing any more: registered as a producer, it must not hold a close back. Two that feed
/// each other would otherwise wait for each other.
/// </remarks>
internal interface IEndingProducer
{
    bool IsOver { get; }
}
