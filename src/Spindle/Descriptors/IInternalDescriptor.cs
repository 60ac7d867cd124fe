namespace Spindle.Descriptors;

/// <summary>A descriptor of the reactor's own: no list shows it, and it stays when all others are removed (FD-20).</summary>
internal interface IInternalDescriptor : IReadDescriptor;
