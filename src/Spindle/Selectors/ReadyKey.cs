namespace Spindle.Selectors;

/// <summary>A descriptor that is ready, and what for.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Ready">Never <see cref="Interest.None"/>, and never more than <see cref="SelectorKey.Events"/>.</param>
/// <remarks>Thread: the loop's.</remarks>
public readonly record struct ReadyKey(SelectorKey Key, Interest Ready);
