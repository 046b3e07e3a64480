using System.Text.Json;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Requests;

/// <inheritdoc cref="IRequestService"/>
internal sealed class RequestService(
    Store store, RequestAnswering answering, ApprovalRuleStore rules, AgentStore agents, ToolCatalog tools, IdSource ids, TimeProvider time) : IRequestService
{
    private const string Closed = "request_closed";

    /// <summary>Names are written down in the audit log, where nobody's own words belong. The longest are those of servers' tools.</summary>
    private const int MostOfAName = 200;

    public Task<IReadOnlyList<TaskRequest>> ListAsync(RequestQuery query, CancellationToken cancellationToken = default) =>
        query.Limit is >= 1 and <= 1_000
            ? store.Requests.ListAsync(query, cancellationToken)
            : throw RefusedException.Validation("limit", "limit has to be from 1 to 1000.");

    public Task<TaskRequest?> FindAsync(string requestId, CancellationToken cancellationToken = default) => store.Requests.FindAsync(requestId, cancellationToken);

    public async Task<AnsweredRequest> AnswerAsync(string requestId, RequestAnswer answer, string by, CancellationToken cancellationToken = default)
    {
        var request = await FindAsync(requestId, cancellationToken) ?? throw RefusedException.NotFound("request", requestId);
        if (!request.IsOpen) throw ClosedBefore(request);
        AnswerValidation.Check(request, answer);
        var rule = answer.Scope == ApprovalScope.Once ? null : await RuleOfAsync(request, answer, by, cancellationToken);

        // From here on it is not to be abandoned: a rule that is missing behind an answer that was taken could not be made up for.
        var resolved = await answering.ResolveAsync(store.Log.ForCaller, request.TaskId, requestId, open => open with
        {
            Answer = answer.Answer,
            By = by,
            Note = string.IsNullOrWhiteSpace(answer.Note) ? null : answer.Note.Trim(),
            ChangedArguments = Changed(open, answer),
        });
        if (resolved is null) throw ClosedBefore(await FindAsync(requestId, CancellationToken.None) ?? throw RefusedException.NotFound("request", requestId));
        if (rule is null) return new AnsweredRequest(resolved, null, 0);

        // Behind the answer: a rule of somebody who came too late with it must not be kept.
        var kept = await rules.AddAsync(rule, CancellationToken.None);
        return new AnsweredRequest(resolved, kept, await ApplyAsync(kept, CancellationToken.None));
    }

    public async Task<(ApprovalRule Rule, int Answered)> AddRuleAsync(ApprovalRule rule, CancellationToken cancellationToken = default)
    {
        if (RulePattern.Problem(rule.Pattern) is { } problem) throw RefusedException.Validation("pattern", problem);
        if (string.IsNullOrWhiteSpace(rule.Tool)) throw RefusedException.Validation("tool", "tool is missing: say which tool the rule is about.");
        if (rule.Tool.Length > MostOfAName) throw RefusedException.Validation("tool", $"tool is longer than {MostOfAName} characters: no tool has such a name.");
        CheckPattern(rule.Tool, rule.Pattern);
        if (rule.Scope == ApprovalScope.Once) throw RefusedException.Validation("scope", "scope has to be task, agent or always: for once there is nothing to keep.");
        var task = rule.Scope == ApprovalScope.Task ? await store.Reader.FindAsync(rule.TaskId ?? "", cancellationToken) : null;
        if (rule is { Scope: ApprovalScope.Task } && task is null) throw RefusedException.Validation("task_id", "task_id has to be the id of a task.");
        if (rule is { Scope: ApprovalScope.Agent } && await agents.FindAsync(rule.AgentId ?? "", cancellationToken) is null) throw RefusedException.Validation("agent_id", "agent_id has to be the id of an agent.");
        var kept = await rules.AddAsync(
            rule with
            {
                RuleId = ids.NewRule(),
                TaskId = rule.Scope == ApprovalScope.Task ? rule.TaskId : null,
                AgentId = rule.Scope == ApprovalScope.Agent ? rule.AgentId : null,
                PersonId = WhoseTasks(rule.PersonId, rule.Scope, task),
                CreatedAt = time.GetUtcNow(),
            },
            cancellationToken);
        return (kept, await ApplyAsync(kept, cancellationToken));
    }

    /// <summary>Answers the open approvals that a new rule is about. Answers with how many that were.</summary>
    private async Task<int> ApplyAsync(ApprovalRule rule, CancellationToken cancellationToken)
    {
        var answered = 0;
        foreach (var open in await store.Requests.ListAsync(new RequestQuery { Kind = RequestKind.Approval, Limit = int.MaxValue }, cancellationToken))
        {
            if (open.Tool != rule.Tool || await store.Reader.FindAsync(open.TaskId, cancellationToken) is not { } task) continue;
            if (!rule.IsFor(task.Id, task.AgentId, task.PersonId) || !ApprovalGate.Means(rule, task, tools.SubjectOf(open.Tool!)?.Kind, open.Subject)) continue;
            var resolved = await answering.ResolveAsync(store.Log.ForCaller, open.TaskId, open.RequestId, request => request with
            {
                Answer = rule.Allows ? RequestAnswers.Allow : RequestAnswers.Deny,
                By = rule.By,
            });
            if (resolved is not null) answered++;
        }

        return answered;
    }

    private async Task<ApprovalRule> RuleOfAsync(TaskRequest request, RequestAnswer answer, string by, CancellationToken cancellationToken)
    {
        var task = await store.Reader.FindAsync(request.TaskId, cancellationToken) ?? throw RefusedException.NotFound("task", request.TaskId);
        CheckPattern(request.Tool!, answer.Pattern);
        var about = tools.SubjectOf(request.Tool!);

        // What the person lets through, which is not what the agent wanted where the person has changed it.
        var subject = about is not null && Changed(request, answer) is { } changed ? about.Of(changed) : request.Subject;
        if (about is not null && !answer.AnyCall && answer.Pattern is null && string.IsNullOrWhiteSpace(subject))
        {
            throw RefusedException.Validation("scope", $"The call does not say what it is about, so a rule would be about every call of {request.Tool}. Answer it for once, or say that every call is meant.");
        }

        var isSubject = answer.Pattern is null || answer.Pattern.Trim() == subject?.Trim();
        return new ApprovalRule
        {
            RuleId = ids.NewRule(),
            Allows = answer.Answer == RequestAnswers.Allow,
            Tool = request.Tool!,
            Pattern = answer.AnyCall ? null : answer.Pattern ?? subject,
            IsExact = !answer.AnyCall && isSubject && subject is not null && subject.Contains('*', StringComparison.Ordinal),
            Scope = answer.Scope,
            TaskId = answer.Scope == ApprovalScope.Task ? task.Id : null,
            AgentId = answer.Scope == ApprovalScope.Agent ? task.AgentId : null,
            PersonId = WhoseTasks(answer.PersonId, answer.Scope, task),
            By = by,
            CreatedAt = time.GetUtcNow(),
        };
    }

    /// <summary>About one task a rule holds for that task, whoever was let in to decide; further than that for tasks of whoever decides.</summary>
    private static string? WhoseTasks(string? personId, ApprovalScope scope, AgentTask? task) => personId is not null && scope == ApprovalScope.Task ? task?.PersonId : personId;

    /// <summary>A pattern that nothing can be held against would never mean anything, also where it is to refuse.</summary>
    private void CheckPattern(string tool, string? pattern)
    {
        if (pattern is not null && tools.SubjectOf(tool) is null)
        {
            throw RefusedException.Validation("pattern", $"Calls of {tool} have no command, path or address that a pattern could be held against. Leave it out to mean every call.");
        }
    }

    /// <summary>Arguments that say what the agent's say already are no change.</summary>
    private static JsonElement? Changed(TaskRequest open, RequestAnswer answer) =>
        answer.Arguments is { } arguments && !(open.Arguments is { } own && JsonElement.DeepEquals(own, arguments)) ? arguments : null;

    private static RefusedException ClosedBefore(TaskRequest request) => RefusedException.Conflict(
        Closed, request.Answer is null ? $"The request is closed: {request.Note ?? "its task went on without it."}" : $"The request was answered already, by {request.By}: {Short(request.Answer)}.");

    private static string Short(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 99), "…");
}
