namespace Spindle.FileWatching;

/// <summary>One path that is watched, and what for.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed record FileWatch(int Number, string Path, FileEvents Mask, bool AutoAdd, Action<INotify, string, FileEvents>[] Callbacks);
