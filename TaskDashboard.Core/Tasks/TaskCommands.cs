using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Tasks;

/// <summary>What is asked for with a new task. Checked whole before anything is stored.</summary>
public sealed record CreateTask
{
    public required string AgentId { get; init; }

    public required string Message { get; init; }

    /// <summary>Ids of files that the message takes along; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<string>? Attachments { get; init; }

    public string? Title { get; init; }

    /// <summary><c>provider/model</c>; null takes the agent's.</summary>
    public string? Model { get; init; }

    public string? Name { get; init; }

    /// <summary>An existing chat to run in; null begins a chat.</summary>
    public string? ChatId { get; init; }

    /// <summary>The task above it; null takes the task whose code calls (<see cref="Lineage"/>), or none.</summary>
    public string? ParentTaskId { get; init; }

    /// <summary>Tasks that have to end before it starts.</summary>
    public IReadOnlyList<TaskDependency> DependsOn { get; init; } = [];

    /// <summary>It does not start before; null for at once.</summary>
    public DateTimeOffset? DelayUntil { get; init; }

    /// <summary>How often it is run, at most, when its runs fail for a passing cause: 1 to 100; null means 1.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>False for a one-shot task that nobody may speak to while it is live.</summary>
    public bool AcceptsMessages { get; init; } = true;

    /// <summary>False (the default) answers with the live task that has the same order, if there is one, instead of making a second one.</summary>
    public bool AllowDuplicates { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>0 to 3; null means 1.</summary>
    public int? Priority { get; init; }

    public int? TimeoutS { get; init; }

    /// <summary>An existing folder to work in, absolute; null gives the task a folder of its own under the data directory.</summary>
    public string? WorkDir { get; init; }

    /// <summary>Further folders that its tools reach: existing ones, absolute, up to 10.</summary>
    public IReadOnlyList<string> AddDirs { get; init; } = [];

    /// <summary>False turns skills off for the task; true and null leave them on.</summary>
    public bool? EnableSkills { get; init; }

    /// <summary>False turns MCP servers off for the task; true and null leave them on.</summary>
    public bool? EnableMcp { get; init; }

    /// <summary>True for a git worktree of the task's own, of the repository that <see cref="WorkDir"/> is in.</summary>
    public bool Worktree { get; init; }

    /// <summary>Repeats with the same key get the task that the first one made.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The task whose command asks for it: the new one becomes its child, works in its folders and has no more than it has. Null for everybody else.</summary>
    [JsonIgnore] public string? CommandOf { get; init; }

    public string UserId { get; init; } = Identity.KnownUsers.Local;

    /// <summary>For whom it is; the user where that is a person. A chat or a task above it has the say where there is one.</summary>
    [JsonIgnore] public string? PersonId { get => field ?? (UserId == Identity.KnownUsers.Agent ? null : UserId); init; }

    /// <summary>The key that it is made with; null for a page.</summary>
    [JsonIgnore] public string? KeyId { get; init; }

    /// <summary>What it has of another task; null for most.</summary>
    internal Forks.TaskBeginning? Beginning { get; init; }

    /// <summary>Whose conversation it begins; null for its own, that of a task or of a sub-task.</summary>
    [JsonIgnore] public Agents.AgentDescriptor? For { get; init; }
}

/// <summary>The task, and why it was there already, if it was.</summary>
/// <param name="Task">The task.</param>
/// <param name="Existing">It was there before this request.</param>
/// <param name="Duplicate">It was made by another request for the same, and is live; otherwise by an earlier request with the same key.</param>
public sealed record CreatedTask(AgentTask Task, bool Existing, bool Duplicate = false);

/// <summary>Changes of a task; null leaves a field as it is.</summary>
public sealed record UpdateTask
{
    public string? Title { get; init; }

    /// <summary>Merged into what is there; a null value removes its key.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }

    public int? Priority { get; init; }

    /// <summary>For the next run.</summary>
    public string? Model { get; init; }

    /// <summary>Tasks that have to end before it starts, in place of those before; only while it is pending.</summary>
    public IReadOnlyList<TaskDependency>? DependsOn { get; init; }
}

/// <summary>A change of a message that is not read yet; null leaves a field as it is.</summary>
public sealed record ChangeQueuedMessage
{
    public string? Text { get; init; }

    /// <summary>Its new place among the messages that wait, from 0.</summary>
    public int? Position { get; init; }

    public MessageMode? Mode { get; init; }
}

/// <summary>How far a cancel reaches.</summary>
public enum CancelScope
{
    /// <summary>The task alone.</summary>
    Task,

    /// <summary>The task and everything below it.</summary>
    Tree,
}

/// <summary>What a cancel did.</summary>
/// <param name="CancelledCount">How many live tasks were signalled.</param>
/// <param name="Status">The status of the task itself, now.</param>
public sealed record CancelReceipt(int CancelledCount, AgentTaskStatus Status);

/// <summary>A message to a task.</summary>
/// <param name="Text">What is said.</param>
/// <param name="Mode">When a running task takes it in; without meaning for a terminal one.</param>
/// <param name="ClientMessageId">Chosen by the sender: a repeat with the same one is answered with the first receipt.</param>
public sealed record SendMessage(string Text, MessageMode Mode = MessageMode.Queue, string? ClientMessageId = null)
{
    /// <summary>Ids of files that it takes along; null for none.</summary>
    public IReadOnlyList<string>? Attachments { get; init; }
}

/// <summary>When a running task takes a message in. On the wire in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageMode>))]
public enum MessageMode
{
    /// <summary>At the end of its turn.</summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>At its next step.</summary>
    [JsonStringEnumMemberName("steer")] Steer,

    /// <summary>Now: the present step is cancelled, its partial text is kept, a new turn starts.</summary>
    [JsonStringEnumMemberName("interrupt")] Interrupt,

    /// <summary>Not at all: refuse it.</summary>
    [JsonStringEnumMemberName("reject")] Reject,
}

/// <summary>Proof that a message is on disk.</summary>
/// <param name="MessageId">Its id in the transcript.</param>
/// <param name="State">Always <c>stored</c>.</param>
public sealed record MessageReceipt(string MessageId, string State);
