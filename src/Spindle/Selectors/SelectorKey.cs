namespace Spindle.Selectors;

/// <summary>What a selector knows of one registered descriptor, at the moment it was asked.</summary>
/// <param name="FileObject">The object it was registered by; null when it was registered by number.</param>
/// <param name="Fd">The descriptor.</param>
/// <param name="Events">What it is watched for.</param>
/// <param name="Data">What the caller attached.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public readonly record struct SelectorKey(IFileObject? FileObject, int Fd, Interest Events, object? Data);
