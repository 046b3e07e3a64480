using TaskDashboard.Core.Forks;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What one caller may make out of tasks: a member out of any that they see, and it is theirs, as whatever they could have copied by hand.</summary>
internal sealed class CallerForks(TaskForks inner, Store store, ICallerSource source, ChatAccess access, PersonLimits limits, AuditLog audit) : ITaskForks
{
    public Task<CreatedTask> RerunAsync(RerunTask command, CancellationToken cancellationToken = default) => MakeAsync(command, inner.RerunAsync, cancellationToken);

    public Task<CreatedTask> ForkAsync(ForkTask command, CancellationToken cancellationToken = default) => MakeAsync(command, inner.ForkAsync, cancellationToken);

    public async Task<IReadOnlyList<AgentTask>> ListAsync(string taskId, CancellationToken cancellationToken = default)
    {
        await RequireSightAsync(taskId, cancellationToken);
        return [.. (await inner.ListAsync(taskId, cancellationToken)).Where(task => access.MaySee(source.Caller, task.Audience))];
    }

    private async Task<CreatedTask> MakeAsync<TCommand>(TCommand command, Func<TCommand, CancellationToken, Task<CreatedTask>> make, CancellationToken cancellationToken)
        where TCommand : TaskOffshoot
    {
        var caller = source.Caller;
        if (caller.SeesAll) return Noted(await make(command, cancellationToken));
        var key = command.IdempotencyKey is { } chosen ? $"{caller.UserId}/{chosen}" : null;
        var isRepeat = key is not null && await new HistoryReader(store).FindKeyAsync(key, cancellationToken) is not null;
        if (!isRepeat)
        {
            await RequireSightAsync(command.TaskId, cancellationToken);
            if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        }

        using var room = isRepeat ? null : await limits.TakeRoomAsync(caller, caller.UserId, cancellationToken);
        if (!isRepeat) limits.TakeCreation(caller);
        return Noted(await make(command with { UserId = caller.UserId, KeyId = caller.KeyId, IdempotencyKey = key }, cancellationToken));
    }

    private async Task RequireSightAsync(string taskId, CancellationToken cancellationToken)
    {
        if (await store.Reader.FindAsync(taskId, cancellationToken) is not { } task || !access.MaySee(source.Caller, task.Audience)) throw RefusedException.NotFound("task", taskId);
    }

    private CreatedTask Noted(CreatedTask created)
    {
        if (!created.Existing) audit.Append(source.Caller, AuditActions.TaskCreated, created.Task.Id);
        return created;
    }
}
