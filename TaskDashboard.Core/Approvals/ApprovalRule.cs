using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Approvals;

/// <summary>What a person decided once for all calls of a kind. Stored until it is revoked; one for a task goes away with the task.</summary>
public sealed record ApprovalRule
{
    public required string RuleId { get; init; }

    /// <summary>False for a rule that refuses: it wins over every rule that allows.</summary>
    public bool Allows { get; init; } = true;

    /// <summary>The tool that it is about.</summary>
    public required string Tool { get; init; }

    /// <summary>Which calls of the tool, as <see cref="RulePattern"/> reads it; null for all of them.</summary>
    public string? Pattern { get; init; }

    /// <summary>True when the pattern is meant to the letter: it is what a call was about, and a <c>*</c> in it is just that.</summary>
    [JsonPropertyName("exact"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool IsExact { get; init; }

    /// <summary>For whom.</summary>
    public ApprovalScope Scope { get; init; }

    /// <summary>For <see cref="ApprovalScope.Task"/>: the task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? TaskId { get; init; }

    /// <summary>For <see cref="ApprovalScope.Agent"/>: the agent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? AgentId { get; init; }

    /// <summary>Whose tasks it is about; null for everybody's, from the time when there was one person.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? PersonId { get; init; }

    /// <summary>Who made it.</summary>
    public string By { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Is it about calls of this task?</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="agentId">Who works on it.</param>
    /// <param name="personId">For whom it is.</param>
    public bool IsFor(string taskId, string agentId, string? personId) => (PersonId is null || PersonId == personId) && Scope switch
    {
        ApprovalScope.Task => TaskId == taskId,
        ApprovalScope.Agent => AgentId == agentId,
        ApprovalScope.Always => true,
        _ => throw new InvalidOperationException($"A rule cannot have the scope {Scope}."),
    };
}

/// <summary>How far a decision reaches.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalScope>))]
public enum ApprovalScope
{
    /// <summary>This one call; makes no rule.</summary>
    [JsonStringEnumMemberName("once")] Once,

    /// <summary>Calls of this task.</summary>
    [JsonStringEnumMemberName("task")] Task,

    /// <summary>Calls of this agent, whatever the task.</summary>
    [JsonStringEnumMemberName("agent")] Agent,

    /// <summary>Calls of every agent.</summary>
    [JsonStringEnumMemberName("always")] Always,
}

/// <summary>Where rules are kept. Answers from memory; safe for threads.</summary>
public interface IApprovalRules
{
    /// <summary>Raised on a pool thread after a rule was kept, revoked or went away.</summary>
    event Action? Changed;

    /// <summary>All rules, the newest first.</summary>
    IReadOnlyList<ApprovalRule> List();

    /// <summary>Keeps a rule; on disk when the task completes. One that says the same as another is that other one.</summary>
    Task<ApprovalRule> AddAsync(ApprovalRule rule, CancellationToken cancellationToken = default);

    /// <summary>Revokes it: calls from now on are decided without it. False when there is none.</summary>
    Task<bool> RemoveAsync(string ruleId, CancellationToken cancellationToken = default);
}

/// <summary>The rules that calls are decided by, whoever asks: all of them.</summary>
internal interface IRulesInForce
{
    /// <summary>All rules as they are now, the newest first; another list as soon as one of them changes.</summary>
    IReadOnlyList<ApprovalRule> List();
}
