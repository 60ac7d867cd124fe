using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Spindle.Tests.Support;

/// <summary>Keeps what is logged. Thread: any.</summary>
internal sealed class RecordingLoggers : ILoggerFactory
{
    private readonly ConcurrentQueue<LogRecord> _records = new();

    /// <summary>Called for each record, on the thread that logs it.</summary>
    public Action<LogRecord>? OnRecord { get; set; }

    /// <summary>Takes all that was logged since the last time.</summary>
    public IReadOnlyList<LogRecord> Take()
    {
        List<LogRecord> records = [];
        while (_records.TryDequeue(out LogRecord? record))
        {
            records.Add(record);
        }

        return records;
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Recorder(RecordingLoggers owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            LogRecord record = new(category, logLevel, eventId, formatter(state, exception), exception);
            owner._records.Enqueue(record);
            owner.OnRecord?.Invoke(record);
        }
    }
}
