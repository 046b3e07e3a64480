using System.Text.Json.Serialization;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Requests;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// A piece of work given to one agent in one chat: the row of the table, and the JSON of a task on the wire.
/// An immutable picture of what was committed when it was read.
/// </summary>
public sealed record AgentTask
{
    /// <summary>The store's own number of the task. Grows with creation; never shown outside.</summary>
    [JsonIgnore] public long Key { get; init; }

    public required string Id { get; init; }

    /// <summary>Given by the user, or the first 50 characters of the first message with "…" behind when there was more.</summary>
    public required string Title { get; init; }

    /// <summary>Optional name under which agents address it; unique among the live tasks of a chat.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Name { get; init; }

    public AgentTaskStatus Status { get; init; }

    /// <summary>One of <see cref="ReasonCodes"/>; null when completed or cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>One plain sentence that says why it is where it is. Never empty while non-terminal or failed.</summary>
    public string? ReasonText { get; init; }

    /// <summary>Since when the present status and reason hold.</summary>
    public DateTimeOffset ReasonAt { get; init; }

    /// <summary>When it goes on by itself, where the reason has such a time.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public required string AgentId { get; init; }

    public required string AgentName { get; init; }

    /// <summary><c>provider/model</c> of the current or last run.</summary>
    public required string Model { get; init; }

    public required string ChatId { get; init; }

    /// <summary>True when this task began its chat: the user's turns in the chat go to it.</summary>
    public bool IsPrimary { get; init; }

    public required string UserId { get; init; }

    /// <summary>The person that it is for: who made it, or for whom an agent or a trigger did. Null for what is nobody's.</summary>
    [JsonIgnore] public string? PersonId { get; init; }

    /// <summary>The chat whose shares decide who else sees it.</summary>
    [JsonIgnore] public string AccessChatId { get; init; } = "";

    [JsonIgnore] public Audience Audience => new(PersonId, AccessChatId);

    public required string SessionId { get; init; }

    /// <summary>The current run, or the last one. Null before the first run is claimed.</summary>
    public string? RunId { get; init; }

    /// <summary>How many runs were opened so far.</summary>
    public int RunCount { get; init; }

    /// <summary>0 (lowest) to 3. Default 1.</summary>
    public int Priority { get; init; } = DefaultPriority;

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ParentTaskId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ParentRunId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ParentCallId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ParentAgentId { get; init; }

    /// <summary>The folder its tools are confined to.</summary>
    public required string WorkDir { get; init; }

    /// <summary>What has to end before it may start; empty for most tasks.</summary>
    public IReadOnlyList<TaskDependency> DependsOn { get; init; } = [];

    /// <summary>It was asked not to start before this time; null for at once.</summary>
    public DateTimeOffset? DelayUntil { get; init; }

    /// <summary>How often it is run, at most, when its runs fail for a passing cause. Default 1: no retry by itself.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The attempt that is under way or was the last one: 1 for the first. 0 before the first run; begins anew when somebody continues the task.</summary>
    public int Attempt { get; init; }

    /// <summary>False for a one-shot sub-task: nobody may speak to it while it is live.</summary>
    public bool AcceptsMessages { get; init; } = true;

    /// <summary>How its last cancel went; null unless it was cancelled since it was last continued.</summary>
    public StopReceipt? Stop { get; init; }

    /// <summary>What few tasks have; on the wire as the fields below, absent where it is not set.</summary>
    [JsonIgnore] public TaskSettings Settings { get; init; } = TaskSettings.None;

    /// <summary>Further folders that its tools reach; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<string>? AddDirs => Settings.AddDirs is { Count: > 0 } folders ? folders : null;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? EnableSkills => Settings.EnableSkills;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? EnableMcp => Settings.EnableMcp;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public TaskWorktree? Worktree => Settings.Worktree;

    /// <summary>Where it comes from, where it was imported; then it is terminal, and nothing of it changes any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImportedFrom? ImportedFrom
    {
        get => Settings.Imported;
        init => Settings = value == Settings.Imported ? Settings : Settings with { Imported = value };
    }

    /// <summary>Which task it was made out of, or with which others; null for most.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskOrigin? Origin
    {
        get => Settings.Origin;
        init => Settings = value == Settings.Origin ? Settings : Settings with { Origin = value };
    }

    /// <summary>Who works on it now or did last: the agent of the trigger behind the run, where that names one, or its own.</summary>
    [JsonIgnore] public string RunAgentId => Settings.Triggered?.AgentId ?? AgentId;

    /// <summary>Longest time of one run, in seconds; null for the configured one.</summary>
    public int? TimeoutS { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Start of the current or last run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>End of the last run; null while there is one.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Length of the last run in milliseconds; null while it runs and before it ran.</summary>
    public long? DurationMs => StartedAt is { } start && EndedAt is { } end ? (long)(end - start).TotalMilliseconds : null;

    public TaskUsage Usage { get; init; } = TaskUsage.None;

    /// <summary>Grows with every change of the row; what a compare-and-set compares.</summary>
    public long Version { get; init; }

    /// <summary>Sequence number of its newest durable event.</summary>
    public long LastSeq { get; init; }

    /// <summary>What opens the next run, while it is pending.</summary>
    [JsonIgnore] public Runs.RunCause NextCause { get; init; }

    /// <summary>Fencing token: grows with every claim, so that a write of an earlier owner is refused.</summary>
    [JsonIgnore] public long Fence { get; init; }

    /// <summary>The process that owns its run; null while nobody does.</summary>
    [JsonIgnore] public string? OwnerId { get; init; }

    /// <summary>What makes another order the same as this one while this one is live; null when it may be repeated.</summary>
    [JsonIgnore] public string? Fingerprint { get; init; }

    /// <summary>Messages that are stored for it and that no model was given yet, in the order in which they will be read. Known while it is live.</summary>
    [JsonIgnore] public IReadOnlyList<QueuedMessage> Inbox { get; init; } = [];

    /// <summary>How many messages wait to be read; 0 once it has ended.</summary>
    public int QueuedMessages => Inbox.Count;

    /// <summary>Its open questions and approvals, oldest first.</summary>
    public IReadOnlyList<TaskRequest> OpenRequests { get; init; } = [];

    /// <summary>What <see cref="Priority"/> is when nobody says.</summary>
    public const int DefaultPriority = 1;

    internal static readonly IReadOnlyDictionary<string, string> EmptyMetadata = new Dictionary<string, string>();
}

/// <summary>Tokens and estimated cost of all runs of a task so far.</summary>
/// <param name="Input">Tokens sent.</param>
/// <param name="Output">Tokens received, thoughts included.</param>
/// <param name="Cached">Those of <paramref name="Input"/> that the provider had cached.</param>
/// <param name="Cost">Estimate in US dollars, without what was used of models whose price is not known; null where nothing has a price.</param>
public sealed record TaskUsage(long Input, long Output, long Cached, decimal? Cost)
{
    public static TaskUsage None { get; } = new(0, 0, 0, null);

    public TaskUsage Add(TaskUsage other) => new(
        Input + other.Input,
        Output + other.Output,
        Cached + other.Cached,
        Cost is null && other.Cost is null ? null : (Cost ?? 0) + (other.Cost ?? 0));
}
