using System.Text.Json;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Requests;

/// <summary>What people do with the questions and approvals that tasks wait for. Safe for threads.</summary>
public interface IRequestService
{
    /// <summary>The requests that fit, oldest first.</summary>
    Task<IReadOnlyList<TaskRequest>> ListAsync(RequestQuery query, CancellationToken cancellationToken = default);

    /// <summary>One request, open or not; null when there is none.</summary>
    Task<TaskRequest?> FindAsync(string requestId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Answers a request: once, whoever else answers at the same time. On disk when it returns; the task goes on with it, now or after a restart.
    /// With a scope beyond <see cref="ApprovalScope.Once"/> a rule is kept as well, and it answers every other open approval that it is about.
    /// </summary>
    /// <param name="requestId">The request.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="by">Who answers, as people read it.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <exception cref="RefusedException"><c>request_closed</c> when it was answered or closed before; <c>not_found</c>; <c>validation</c>.</exception>
    Task<AnsweredRequest> AnswerAsync(string requestId, RequestAnswer answer, string by, CancellationToken cancellationToken = default);

    /// <summary>Keeps a rule without a request, and answers the open approvals that it is about.</summary>
    /// <exception cref="RefusedException"><c>validation</c>; <c>not_found</c> for its task or agent.</exception>
    Task<(ApprovalRule Rule, int Answered)> AddRuleAsync(ApprovalRule rule, CancellationToken cancellationToken = default);
}

/// <summary>Which requests.</summary>
public sealed record RequestQuery
{
    /// <summary>True (default) for those that are open, false for the resolved ones, null for both.</summary>
    public bool? Open { get; init; } = true;

    public RequestKind? Kind { get; init; }

    public string? TaskId { get; init; }

    /// <summary>Only those of tasks that this person may see; null for all.</summary>
    public string? VisibleTo { get; init; }

    /// <summary>How many at most, 1 to 1,000; of more, the oldest open ones or the newest resolved ones.</summary>
    public int Limit { get; init; } = 1_000;
}

/// <summary>What a person answers.</summary>
/// <param name="Answer">One of the request's options, free text, or the filled-in form as JSON.</param>
public sealed record RequestAnswer(string Answer)
{
    /// <summary>For the agent to read, up to 10,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Arguments in place of the agent's, a JSON object; only for an approval that is allowed.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>How far the decision on an approval reaches. Default: this once.</summary>
    public ApprovalScope Scope { get; init; }

    /// <summary>Whose tasks a decision is about that reaches further; null for everybody's.</summary>
    public string? PersonId { get; init; }

    /// <summary>For a scope beyond once: which calls of the tool, as <see cref="RulePattern"/> reads it; null for the subject of this very call.</summary>
    public string? Pattern { get; init; }

    /// <summary>For a scope beyond once: true for every call of the tool, whatever it is about.</summary>
    public bool AnyCall { get; init; }
}

/// <summary>What an answer did.</summary>
/// <param name="Request">The request as it is now.</param>
/// <param name="Rule">The rule that was kept; null for none.</param>
/// <param name="AlsoAnswered">How many other requests the rule answered.</param>
public sealed record AnsweredRequest(TaskRequest Request, ApprovalRule? Rule, int AlsoAnswered);
