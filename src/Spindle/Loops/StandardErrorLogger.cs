using Microsoft.Extensions.Logging;

namespace Spindle.Loops;

/// <summary>Writes warnings and worse to standard error: what a loop logs with when it was given no logger.</summary>
/// <remarks>An error of user code that nobody hears of is the worst kind; so silence must be asked for.</remarks>
internal sealed class StandardErrorLogger : ILogger
{
    public static readonly StandardErrorLogger Instance = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            string end = exception is null ? "" : Environment.NewLine + exception;
            Console.Error.WriteLine($"spindle {logLevel.ToString().ToLowerInvariant()}: {formatter(state, exception)}{end}");
        }
    }
}
