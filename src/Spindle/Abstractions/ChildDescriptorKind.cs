namespace Spindle;

/// <summary>What a <see cref="ChildDescriptor"/> is.</summary>
internal enum ChildDescriptorKind
{
    /// <summary>Nobody said.</summary>
    None,

    Read,

    Write,

    Inherit,
}
