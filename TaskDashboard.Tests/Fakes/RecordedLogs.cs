using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Keeps what a program under test logs.</summary>
public sealed class RecordedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<Line> lines = new();

    /// <summary>What was logged so far, oldest first.</summary>
    public IReadOnlyList<Line> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, lines);

    public void Dispose()
    {
    }

    public sealed record Line(LogLevel Level, string Category, string Message, Exception? Exception);

    private sealed class Recorder(string category, ConcurrentQueue<Line> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new Line(logLevel, category, formatter(state, exception), exception));
    }
}
