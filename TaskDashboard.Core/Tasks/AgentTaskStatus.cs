using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Tasks;

/// <summary>Where a task stands. On the wire in lower case. The legal moves between them are in <see cref="TaskTransitions"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgentTaskStatus>))]
public enum AgentTaskStatus
{
    /// <summary>Stored, and not yet claimed by the dispatcher: it waits for a slot, a dependency, a retry or a due time.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>A run owns it and makes progress.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>A run owns it and cannot go on before a person answers, a due time comes, or somebody resumes it.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Terminal: the last run ended well. A message continues it in a new run.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>Terminal: the last run ended with an error, and the reason says which.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Terminal: somebody stopped it.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>Questions that are asked of a status everywhere.</summary>
public static class AgentTaskStatusExtensions
{
    /// <summary>Every status, in the order in which they are shown.</summary>
    public static IReadOnlyList<AgentTaskStatus> All { get; } = Enum.GetValues<AgentTaskStatus>();

    public static bool IsTerminal(this AgentTaskStatus status) =>
        status is AgentTaskStatus.Completed or AgentTaskStatus.Failed or AgentTaskStatus.Cancelled;

    /// <summary>The name on the wire and in the store.</summary>
    public static string ToWire(this AgentTaskStatus status) => status switch
    {
        AgentTaskStatus.Pending => "pending",
        AgentTaskStatus.Running => "running",
        AgentTaskStatus.Waiting => "waiting",
        AgentTaskStatus.Completed => "completed",
        AgentTaskStatus.Failed => "failed",
        AgentTaskStatus.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "There is no such status."),
    };

    /// <summary>Reads a wire name; false for anything that is not exactly one of them.</summary>
    public static bool TryParse(string? wire, out AgentTaskStatus status)
    {
        foreach (var candidate in All)
        {
            if (candidate.ToWire() == wire)
            {
                status = candidate;
                return true;
            }
        }

        status = default;
        return false;
    }
}
