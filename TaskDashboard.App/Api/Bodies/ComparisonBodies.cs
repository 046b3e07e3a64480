using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/comparisons takes. Fields that are not here are ignored.</summary>
internal sealed record ComparisonBody
{
    [Description("Required. What each of them is told; up to 1 MiB.")]
    public string? Prompt { get; init; }

    [Description("Required. Who is told it: 2 to 6 agents or models.")]
    public IReadOnlyList<CandidateBody?>? Candidates { get; init; }

    [Description("Ids of uploaded files (POST /api/attachments) that go along; each task gets its own copy.")]
    public IReadOnlyList<string>? Attachments { get; init; }

    [Description("Default: the beginning of the prompt.")]
    public string? Title { get; init; }

    [Description("An object of strings; numbers and booleans are kept as their text.")]
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    [Description("0 (lowest) to 3. Default 1.")]
    public int? Priority { get; init; }

    [Description("How often each is run, at most, when its runs fail for a passing cause: 1 to 100. Default 1.")]
    public int? MaxAttempts { get; init; }

    [Description("Longest time of one run in seconds.")]
    public int? TimeoutS { get; init; }

    [Description("An existing folder that all of them work in. Default: one of each task's own.")]
    public string? WorkDir { get; init; }

    [Description("Further folders that their tools reach: existing ones, absolute, up to 10.")]
    public IReadOnlyList<string?>? AddDirs { get; init; }

    [Description("true gives each a git worktree of its own, of the repository that work_dir is in. Default false.")]
    public bool? Worktree { get; init; }

    [Description("false turns skills off. Default true.")]
    public bool? EnableSkills { get; init; }

    [Description("false turns MCP servers off. Default true.")]
    public bool? EnableMcp { get; init; }

    /// <exception cref="RefusedException">Something is missing, or cannot be read.</exception>
    public CreateComparison ToCommand(string? idempotencyKey)
    {
        var errors = new FieldErrors();
        if (Prompt is null) errors.Add("prompt", "prompt is missing.");
        if (Candidates is null) errors.Add("candidates", $"candidates is missing: name {CreateComparison.Fewest} to {CreateComparison.Most} agents or models.");
        foreach (var (place, candidate) in (Candidates ?? []).Index())
        {
            if (string.IsNullOrWhiteSpace(candidate?.AgentId)) errors.Add("candidates", $"candidates[{place}] has no agent_id.");
        }

        errors.Refuse();
        var order = new CreateTaskBody
        {
            AgentId = Candidates!.Count > 0 ? Candidates[0]!.AgentId : "",
            Message = Prompt,
            Attachments = Attachments,
            Title = Title,
            Metadata = Metadata,
            Priority = Priority,
            MaxAttempts = MaxAttempts,
            TimeoutS = TimeoutS,
            WorkDir = WorkDir,
            AddDirs = AddDirs,
            Worktree = Worktree,
            EnableSkills = EnableSkills,
            EnableMcp = EnableMcp,
        };
        return new CreateComparison(order.ToCommand(idempotencyKey), [.. Candidates.Select(candidate => new ComparisonCandidate(candidate!.AgentId!, candidate.Model))]);
    }
}

/// <summary>One of those who are told it.</summary>
internal sealed record CandidateBody
{
    [Description("Required. The agent.")]
    public string? AgentId { get; init; }

    [Description("provider/model. Default: the agent's.")]
    public string? Model { get; init; }
}

/// <summary>What POST /api/comparisons/{id}/pick takes.</summary>
internal sealed record PickBody
{
    [Description("Required. The task that is picked.")]
    public string? TaskId { get; init; }

    [Description("false lets the others go on. Default true: those that have not ended are cancelled.")]
    public bool? StopOthers { get; init; }
}
