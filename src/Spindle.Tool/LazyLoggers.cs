using Microsoft.Extensions.Logging;

namespace Spindle.Tool;

/// <summary>Logs on standard error, one line for each record. What that takes is made when there is something to log: it would be a third of the start.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class LazyLoggers(LogLevel least) : ILoggerFactory
{
    private readonly Lazy<ILoggerFactory> _real = new(() => LoggerFactory.Create(builder => builder
        .AddSimpleConsole(console => console.SingleLine = true)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .SetMinimumLevel(least)));

    private LogLevel Least => least;

    public ILogger CreateLogger(string categoryName) => new LazyLogger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => _real.Value.AddProvider(provider);

    /// <summary>Writes what was logged.</summary>
    public void Dispose()
    {
        if (_real.IsValueCreated)
        {
            _real.Value.Dispose();
        }
    }

    private sealed class LazyLogger(LazyLoggers owner, string category) : ILogger
    {
        private ILogger? _real;

        private ILogger Real => _real ??= owner._real.Value.CreateLogger(category);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= owner.Least && logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => Real.BeginScope(state);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Real.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
