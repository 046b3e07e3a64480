using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/tasks takes. Fields that are not here are ignored.</summary>
internal sealed record CreateTaskBody
{
    [Description("Required. The agent that gets the task.")]
    public string? AgentId { get; init; }

    [Description("Required. What the agent is told; up to 1 MiB.")]
    public string? Message { get; init; }

    [Description("Ids of uploaded files (POST /api/attachments) that go along with the message.")]
    public IReadOnlyList<string>? Attachments { get; init; }

    [Description("Default: the beginning of the message.")]
    public string? Title { get; init; }

    [Description("provider/model. Default: the agent's.")]
    public string? Model { get; init; }

    [Description("A name for other agents to address it by.")]
    public string? Name { get; init; }

    [Description("An existing chat to run in. Default: a new one.")]
    public string? ChatId { get; init; }

    public string? ParentTaskId { get; init; }

    [Description("Tasks that have to end before it starts: ids, or objects with task_id and on_failure (fail, the default, or continue).")]
    public IReadOnlyList<JsonElement>? DependsOn { get; init; }

    [Description("An object of strings; numbers and booleans are kept as their text.")]
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    [Description("0 (lowest) to 3. Default 1.")]
    public int? Priority { get; init; }

    [Description("It does not start before this time, ISO 8601; without an offset it is UTC. A time that has passed means at once.")]
    public string? DelayUntil { get; init; }

    [Description("How often it is run, at most, when its runs fail for a passing cause: 1 to 100. Default 1.")]
    public int? MaxAttempts { get; init; }

    [Description("Longest time of one run in seconds.")]
    public int? TimeoutS { get; init; }

    [Description("An existing folder to work in. Default: one of the task's own.")]
    public string? WorkDir { get; init; }

    [Description("Further folders that its tools reach: existing ones, absolute, up to 10.")]
    public IReadOnlyList<string?>? AddDirs { get; init; }

    [Description("false turns skills off for the task. Default true.")]
    public bool? EnableSkills { get; init; }

    [Description("false turns MCP servers off for the task. Default true.")]
    public bool? EnableMcp { get; init; }

    [Description("true gives the task a git worktree of its own, of the repository that work_dir is in. Default false.")]
    public bool? Worktree { get; init; }

    [Description("true makes a second task although a live one has the same order. Default false: that one is answered, with 200.")]
    public bool? AllowDuplicates { get; init; }

    [Description("false: nobody may speak to it while it is live. Default true.")]
    public bool? AcceptsMessages { get; init; }

    /// <exception cref="RefusedException">Something is missing, or cannot be read.</exception>
    public CreateTask ToCommand(string? idempotencyKey)
    {
        var errors = new FieldErrors();
        if (AgentId is null) errors.Add("agent_id", "agent_id is missing.");
        if (Message is null) errors.Add("message", "message is missing.");
        if (AddDirs?.Any(folder => folder is null) == true) errors.Add("add_dirs", "add_dirs has a null in it: each entry is the path of a folder.");
        var attachments = AttachmentIds.Read(Attachments, errors);
        var metadata = MetadataText.Read(Metadata, errors, nullRemoves: false);
        var dependencies = DependencyList.Read(DependsOn, errors);
        var delayUntil = TimeText.Read("delay_until", DelayUntil, errors);
        errors.Refuse();

        return new CreateTask
        {
            AgentId = AgentId!,
            Message = Message!,
            Attachments = attachments,
            Title = Title,
            Model = Model,
            Name = Name,
            ChatId = ChatId,
            ParentTaskId = ParentTaskId,
            DependsOn = dependencies ?? [],
            DelayUntil = delayUntil,
            MaxAttempts = MaxAttempts,
            AcceptsMessages = AcceptsMessages ?? true,
            Metadata = metadata?.ToDictionary(entry => entry.Key, entry => entry.Value!),
            Priority = Priority,
            TimeoutS = TimeoutS,
            WorkDir = WorkDir,
            AddDirs = AddDirs is null ? [] : [.. AddDirs.OfType<string>()],
            EnableSkills = EnableSkills,
            EnableMcp = EnableMcp,
            Worktree = Worktree ?? false,
            AllowDuplicates = AllowDuplicates ?? false,
            IdempotencyKey = idempotencyKey,
        };
    }
}
