using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Keeps what a program under test logs.</summary>
public sealed class RecordedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<Line> lines = new();
    private IExternalScopeProvider? scopes;

    /// <summary>What was logged so far, oldest first.</summary>
    public IReadOnlyList<Line> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    public sealed record Line(LogLevel Level, string Category, string Message, Exception? Exception)
    {
        /// <summary>The fields of the scopes that it was logged in; of two with a name the inner one.</summary>
        public IReadOnlyDictionary<string, object?> Scope { get; init; } = new Dictionary<string, object?>();
    }

    private Dictionary<string, object?> Scope()
    {
        var fields = new Dictionary<string, object?>();
        scopes?.ForEachScope(static (scope, into) =>
        {
            if (scope is not IEnumerable<KeyValuePair<string, object?>> named) return;
            foreach (var (name, value) in named) into[name] = value;
        }, fields);
        return fields;
    }

    private sealed class Recorder(string category, RecordedLogs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs.lines.Enqueue(new Line(logLevel, category, formatter(state, exception), exception) { Scope = logs.Scope() });
    }
}
