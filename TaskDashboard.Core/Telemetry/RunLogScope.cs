using System.Collections;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Telemetry;

/// <summary>What stands with every line that is logged while a run is at work, by the engine or by what the run calls: <c>task_id</c> and <c>run_id</c>.</summary>
internal sealed class RunLogScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] fields;

    private RunLogScope(string taskId, string runId) => fields = [new("task_id", taskId), new("run_id", runId)];

    public int Count => fields.Length;

    public KeyValuePair<string, object?> this[int index] => fields[index];

    /// <summary>Opens it for the calling code and what that starts. Only to be called in an async method, which keeps it to itself.</summary>
    public static IDisposable? Open(ILogger logger, string taskId, string runId) => logger.BeginScope(new RunLogScope(taskId, runId));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => fields.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As consoles without fields show it.</summary>
    public override string ToString() => $"task_id:{fields[0].Value} run_id:{fields[1].Value}";
}
