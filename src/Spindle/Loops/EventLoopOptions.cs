using Microsoft.Extensions.Logging;
using Spindle.Selectors;

namespace Spindle.Loops;

/// <summary>How an event loop is to be made.</summary>
/// <remarks>Thread: any; a loop copies what it needs when it is made.</remarks>
public sealed class EventLoopOptions
{
    /// <summary>Which selector. Null, the default: the one that SPINDLE_SELECTOR names, else the best that works here.</summary>
    public SelectorKind? Selector { get; init; }

    /// <summary>Where records go. Null, the default: warnings and errors to standard error.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Whether to start in debug mode. Default: whether the environment has SPINDLE_DEBUG=1.</summary>
    public bool Debug { get; init; } = Environment.GetEnvironmentVariable("SPINDLE_DEBUG") == "1";

    /// <summary>From how long on debug mode reports a callback as slow. Default 100 ms; zero reports every one.</summary>
    public TimeSpan SlowCallbackDuration { get; init; } = TimeSpan.FromMilliseconds(100);
}
