using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What one caller is asked, and may answer. A rule that they make is about their own tasks.</summary>
internal sealed class CallerRequestService(RequestService inner, TaskReader reader, ICallerSource source, ChatAccess access, AuditLog audit) : IRequestService
{
    public Task<IReadOnlyList<TaskRequest>> ListAsync(RequestQuery query, CancellationToken cancellationToken = default) =>
        inner.ListAsync(query with { VisibleTo = source.Caller.VisibleTo }, cancellationToken);

    public async Task<TaskRequest?> FindAsync(string requestId, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(requestId, cancellationToken) is { } request
        && (source.Caller.SeesAll || (await reader.FindAsync(request.TaskId, cancellationToken) is { } task && access.MaySee(source.Caller, task.Audience)))
            ? request
            : null;

    public async Task<AnsweredRequest> AnswerAsync(string requestId, RequestAnswer answer, string by, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (!caller.SeesAll)
        {
            var task = await inner.FindAsync(requestId, cancellationToken) is { } request ? await reader.FindAsync(request.TaskId, cancellationToken) : null;
            access.RequireWrite(caller, task?.Audience, "request", requestId);
            answer = answer with { PersonId = caller.UserId };
        }

        var answered = await inner.AnswerAsync(requestId, answer, caller.Name, cancellationToken);

        // What an approval was answered is a word of ours; what a question was answered may be anybody's business.
        audit.Append(caller, AuditActions.RequestAnswered, requestId, answered.Request.Kind == RequestKind.Approval ? answered.Request.Answer : null);
        return answered;
    }

    public async Task<(ApprovalRule Rule, int Answered)> AddRuleAsync(ApprovalRule rule, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        rule = rule with { By = caller.Name };
        if (!caller.SeesAll)
        {
            if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
            if (rule.TaskId is { } taskId) access.RequireWrite(caller, (await reader.FindAsync(taskId, cancellationToken))?.Audience, "task", taskId);
            rule = rule with { PersonId = caller.UserId };
        }

        var added = await inner.AddRuleAsync(rule, cancellationToken);
        audit.Append(caller, AuditActions.RuleAdded, added.Rule.RuleId, added.Rule.Tool);
        return added;
    }
}
