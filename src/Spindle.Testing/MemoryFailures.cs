using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Spindle.Testing;

/// <summary>Keeps the failures that a reactor would log, for the test to hear of them.</summary>
/// <remarks>Thread: one.</remarks>
internal sealed class MemoryFailures : ILogger
{
    private readonly List<Exception> _failures = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Error and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null && IsEnabled(logLevel))
        {
            Add(exception);
        }
    }

    public void Add(Exception failure) => _failures.Add(failure);

    /// <summary>Throws what there was since the last call: a single one as it is, several as one.</summary>
    public void Throw()
    {
        if (_failures.Count == 0)
        {
            return;
        }

        Exception[] all = [.. _failures];
        _failures.Clear();
        if (all.Length > 1)
        {
            throw new AggregateException(all);
        }

        ExceptionDispatchInfo.Throw(all[0]);
    }
}
