using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What one caller is asked, and may answer. A rule that they make is about their own tasks.</summary>
internal sealed class CallerRequestService(RequestService inner, TaskReader reader, ICallerSource source, ChatAccess access) : IRequestService
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
        if (caller.SeesAll) return await inner.AnswerAsync(requestId, answer, caller.Name, cancellationToken);
        var task = await inner.FindAsync(requestId, cancellationToken) is { } request ? await reader.FindAsync(request.TaskId, cancellationToken) : null;
        access.RequireWrite(caller, task?.Audience, "request", requestId);
        return await inner.AnswerAsync(requestId, answer with { PersonId = caller.UserId }, caller.Name, cancellationToken);
    }

    public async Task<(ApprovalRule Rule, int Answered)> AddRuleAsync(ApprovalRule rule, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        rule = rule with { By = caller.Name };
        if (caller.SeesAll) return await inner.AddRuleAsync(rule, cancellationToken);
        if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        if (rule.TaskId is { } taskId) access.RequireWrite(caller, (await reader.FindAsync(taskId, cancellationToken))?.Audience, "task", taskId);
        return await inner.AddRuleAsync(rule with { PersonId = caller.UserId }, cancellationToken);
    }
}
