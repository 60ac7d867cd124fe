using Spindle.Loops;

namespace Spindle.Tool.Demos;

/// <summary>What a demo works with.</summary>
/// <param name="Reactor">The reactor that runs.</param>
/// <param name="Options">How its loop was made, for further ones.</param>
/// <param name="CancellationToken">Cancelled when it takes too long.</param>
internal sealed record DemoContext(AsyncSelectorReactor Reactor, EventLoopOptions Options, CancellationToken CancellationToken);
