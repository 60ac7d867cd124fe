using Microsoft.Extensions.Logging;

namespace Spindle.Tests.Support;

/// <summary>What was logged.</summary>
internal sealed record LogRecord(string Category, LogLevel Level, EventId Id, string Text, Exception? Exception);
