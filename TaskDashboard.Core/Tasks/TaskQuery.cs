using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Tasks;

/// <summary>What to list. Every filter that is set has to match.</summary>
public sealed record TaskQuery
{
    public IReadOnlyList<AgentTaskStatus> Statuses { get; init; } = [];

    public string? AgentId { get; init; }

    public string? ChatId { get; init; }

    public string? RunId { get; init; }

    public string? ParentId { get; init; }

    public string? Model { get; init; }

    /// <summary>
    /// Words looked for in title and agent name, and in each message of the transcript; all of them must occur in one of these, the last as a
    /// beginning. The counts of a search take in its newest 10,000 matching messages.
    /// </summary>
    public string? Search { get; init; }

    /// <summary>Look for the words of <see cref="Search"/> in title and agent name only; false by default.</summary>
    public bool NamesOnly { get; init; }

    /// <summary>Created at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Created before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only what waits on a person: approvals and questions. As a status is, it is left out of account in the counts.</summary>
    public bool NeedsYou { get; init; }

    /// <summary>Only what this person may see: theirs, and what is shared with them. Null for everything.</summary>
    public string? VisibleTo { get; init; }

    /// <summary>Only the tasks of this group; null for all.</summary>
    public TaskGroupKey? InGroup { get; init; }

    /// <summary>Whether the page says how many tasks match; true by default. False for a page of many: counting may cost more than the page.</summary>
    public bool WithCounts { get; init; } = true;

    public TaskSort Sort { get; init; } = TaskSort.Newest;

    /// <summary>1 to 200.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>From the page before; null begins at the start.</summary>
    public string? Cursor { get; init; }

    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;
}

/// <summary>Orders of the list. Ties go by creation, newest first.</summary>
public enum TaskSort
{
    /// <summary>Creation, newest first. <c>-created_at</c>.</summary>
    Newest,

    /// <summary>Creation, oldest first. <c>created_at</c>.</summary>
    Oldest,

    /// <summary>Needs you, running, waiting, then newest. <c>attention</c>.</summary>
    Attention,

    /// <summary><c>title</c>.</summary>
    Title,

    /// <summary><c>-title</c>.</summary>
    TitleDescending,

    /// <summary><c>agent_name</c>.</summary>
    Agent,

    /// <summary><c>-agent_name</c>.</summary>
    AgentDescending,

    /// <summary><c>status</c>.</summary>
    Status,

    /// <summary><c>-status</c>.</summary>
    StatusDescending,

    /// <summary><c>model</c>.</summary>
    Model,

    /// <summary><c>-model</c>.</summary>
    ModelDescending,

    /// <summary><c>started_at</c>.</summary>
    Started,

    /// <summary><c>-started_at</c>.</summary>
    StartedDescending,

    /// <summary><c>duration_ms</c>, of the last run.</summary>
    Duration,

    /// <summary><c>-duration_ms</c>.</summary>
    DurationDescending,
}

/// <summary>One page of the list.</summary>
/// <param name="Items">The tasks.</param>
/// <param name="NextCursor">Where to go on; null on the last page.</param>
/// <param name="Counts">How many tasks match the other filters, per status; every status is there.</param>
public sealed record TaskPage(IReadOnlyList<AgentTask> Items, string? NextCursor, IReadOnlyDictionary<string, long> Counts)
{
    /// <summary>How many of those that match the other filters wait on a person.</summary>
    [JsonIgnore]
    public long NeedsYou { get; init; }
}

/// <summary>How many tasks stand where. Kept in memory, exact after every commit.</summary>
/// <param name="ByStatus">Per status; every status is there.</param>
/// <param name="NeedsYou">Those waiting on a person: approvals and questions.</param>
public sealed record TaskCounts(IReadOnlyDictionary<AgentTaskStatus, long> ByStatus, long NeedsYou)
{
    public long Running => ByStatus[AgentTaskStatus.Running];

    public long Waiting => ByStatus[AgentTaskStatus.Waiting];

    public long Total => ByStatus.Values.Sum();

    /// <summary>Whether the numbers are the same, whichever objects hold them.</summary>
    public bool SaysTheSameAs(TaskCounts? other) => other is not null && NeedsYou == other.NeedsYou && ByStatus.All(count => other.ByStatus[count.Key] == count.Value);
}
