using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What one caller may do with tasks. What they may not see is not there; what they may only read stays as it is. Who did it is the caller, whatever a page or a program says.</summary>
internal sealed class CallerTaskService(TaskService inner, Store store, AttachmentStore attachments, ICallerSource source, ChatAccess access, DataFolders folders, PersonLimits limits, AuditLog audit) : ITaskService
{
    public async Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (caller.SeesAll) return Noted(await inner.CreateAsync(command, cancellationToken));
        if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        var chat = command.ChatId is null ? null : await store.Reader.FindChatAsync(command.ChatId, cancellationToken);
        if (command.ChatId is { } chatId) access.RequireWrite(caller, chat?.Audience, "chat", chatId);
        var parent = command.ParentTaskId is { } parentId ? await RequireWriteAsync(parentId, cancellationToken) : null;
        foreach (var edge in command.DependsOn) await RequireSightAsync(caller, edge.TaskId, cancellationToken);
        await RequireOwnAsync(caller, command.Attachments, cancellationToken);

        // Two people may choose the same key, and must not be told of each other by it.
        var key = command.IdempotencyKey is { } chosen ? $"{caller.UserId}/{chosen}" : null;

        // A repeat makes nothing: it is answered with what its first one made.
        var isRepeat = key is not null && await MadeAsync(key, cancellationToken);
        using var room = isRepeat ? null : await limits.TakeRoomAsync(caller, chat is not null ? chat.PersonId : parent is not null ? parent.PersonId : caller.UserId, cancellationToken);
        if (!isRepeat) limits.TakeCreation(caller);
        return Noted(await inner.CreateAsync(
            command with
            {
                UserId = caller.UserId,
                PersonId = caller.UserId,
                KeyId = caller.KeyId,
                IdempotencyKey = key,
            },
            cancellationToken));
    }

    public async Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken = default)
    {
        await RequireWriteAsync(taskId, cancellationToken);
        return Noted(AuditActions.TaskCancelled, taskId, await inner.CancelAsync(taskId, scope, source.Caller.Name, cancellationToken));
    }

    public async Task<int> CancelChatAsync(string chatId, string by, CancellationToken cancellationToken = default)
    {
        if (!source.Caller.SeesAll) access.RequireWrite(source.Caller, (await store.Reader.FindChatAsync(chatId, cancellationToken))?.Audience, "chat", chatId);
        return Noted(AuditActions.ChatCancelled, chatId, await inner.CancelChatAsync(chatId, source.Caller.Name, cancellationToken));
    }

    public async Task<int> CancelDescendantsAsync(string runId, string by, CancellationToken cancellationToken = default)
    {
        if (!source.Caller.SeesAll)
        {
            var run = await store.Reader.FindRunAsync(runId, cancellationToken);
            var task = run is null ? null : await store.Reader.FindAsync(run.TaskId, cancellationToken);
            access.RequireWrite(source.Caller, task?.Audience, "run", runId);
        }

        return Noted(AuditActions.TaskCancelled, runId, await inner.CancelDescendantsAsync(runId, source.Caller.Name, cancellationToken));
    }

    public async Task<IReadOnlyList<QueuedMessage>> ListQueuedAsync(string taskId, CancellationToken cancellationToken = default)
    {
        await RequireSightAsync(source.Caller, taskId, cancellationToken);
        return await inner.ListQueuedAsync(taskId, cancellationToken);
    }

    public async Task<IReadOnlyList<QueuedMessage>> ChangeQueuedAsync(string taskId, string messageId, ChangeQueuedMessage change, CancellationToken cancellationToken = default)
    {
        await RequireWriteAsync(taskId, cancellationToken);
        return Noted(AuditActions.TaskMessaged, taskId, await inner.ChangeQueuedAsync(taskId, messageId, change, cancellationToken));
    }

    public async Task<IReadOnlyList<QueuedMessage>> RemoveQueuedAsync(string taskId, string messageId, CancellationToken cancellationToken = default)
    {
        await RequireWriteAsync(taskId, cancellationToken);
        return Noted(AuditActions.TaskMessaged, taskId, await inner.RemoveQueuedAsync(taskId, messageId, cancellationToken));
    }

    public async Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken = default)
    {
        // As of chats, which go with their last task: whoever takes part in one steers, and only the person whose it is removes.
        if (await RequireWriteAsync(taskId, cancellationToken) is { } task && task.PersonId != source.Caller.UserId) throw RefusedException.ReadOnly("task");
        await inner.DeleteAsync(taskId, source.Caller.Name, cancellationToken);
        audit.Append(source.Caller, AuditActions.TaskDeleted, taskId);
    }

    public async Task<MessageReceipt> SendMessageAsync(string taskId, SendMessage message, CancellationToken cancellationToken = default)
    {
        var task = await RequireWorkAsync(taskId, cancellationToken);
        await RequireOwnAsync(source.Caller, message.Attachments, cancellationToken);
        using var room = task is { Status: var status } && status.IsTerminal() ? await limits.TakeRoomAsync(source.Caller, task.PersonId, cancellationToken) : null;
        return Noted(AuditActions.TaskMessaged, taskId, await inner.SendMessageAsync(taskId, message, cancellationToken));
    }

    public async Task<AgentTask> UpdateAsync(string taskId, UpdateTask change, CancellationToken cancellationToken = default)
    {
        await RequireWriteAsync(taskId, cancellationToken);
        foreach (var edge in change.DependsOn ?? []) await RequireSightAsync(source.Caller, edge.TaskId, cancellationToken);
        return Noted(AuditActions.TaskChanged, taskId, await inner.UpdateAsync(taskId, change, cancellationToken));
    }

    public async Task<AgentTask> RetryAsync(string taskId, CancellationToken cancellationToken = default)
    {
        var task = await RequireWorkAsync(taskId, cancellationToken);
        using var room = task is { Status: var status } && status.IsTerminal() ? await limits.TakeRoomAsync(source.Caller, task.PersonId, cancellationToken) : null;
        return Noted(AuditActions.TaskContinued, taskId, await inner.RetryAsync(taskId, cancellationToken));
    }

    public async Task<AgentTask> PauseAsync(string taskId, CancellationToken cancellationToken = default)
    {
        await RequireWriteAsync(taskId, cancellationToken);
        return Noted(AuditActions.TaskChanged, taskId, await inner.PauseAsync(taskId, cancellationToken));
    }

    public async Task<AgentTask> ResumeAsync(string taskId, CancellationToken cancellationToken = default)
    {
        var task = await RequireWorkAsync(taskId, cancellationToken);
        using var room = task is { Status: AgentTaskStatus.Waiting } ? await limits.TakeRoomAsync(source.Caller, task.PersonId, cancellationToken) : null;
        return Noted(AuditActions.TaskContinued, taskId, await inner.ResumeAsync(taskId, cancellationToken));
    }

    /// <summary>Whether there is a task that was made with this key.</summary>
    private async Task<bool> MadeAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        return await context.IdempotencyKeys.AnyAsync(row => row.Id == key && context.Tasks.Any(task => task.Id == row.TaskId), cancellationToken);
    }

    private CreatedTask Noted(CreatedTask created)
    {
        if (!created.Existing) audit.Append(source.Caller, AuditActions.TaskCreated, created.Task.Id);
        return created;
    }

    private TAnswer Noted<TAnswer>(string action, string target, TAnswer answer)
    {
        audit.Append(source.Caller, action, target);
        return answer;
    }

    /// <summary>The task, which the caller may do something with; null where there is nothing to keep from them.</summary>
    private async ValueTask<AgentTask?> RequireWriteAsync(string taskId, CancellationToken cancellationToken)
    {
        if (source.Caller is not { SeesAll: false } caller) return null;
        var task = await store.Reader.FindAsync(taskId, cancellationToken);
        access.RequireWrite(caller, task?.Audience, "task", taskId);
        return task;
    }

    /// <summary>As <see cref="RequireWriteAsync"/>, for what lets the task work on.</summary>
    private async ValueTask<AgentTask?> RequireWorkAsync(string taskId, CancellationToken cancellationToken)
    {
        var task = await RequireWriteAsync(taskId, cancellationToken);
        if (task is not null) await folders.RequireOpenAsync(task, cancellationToken);
        return task;
    }

    private async ValueTask RequireSightAsync(Caller caller, string taskId, CancellationToken cancellationToken)
    {
        if (caller.SeesAll) return;
        if (await store.Reader.FindAsync(taskId, cancellationToken) is not { } task || !access.MaySee(caller, task.Audience)) throw RefusedException.NotFound("task", taskId);
    }

    /// <summary>A file goes along with the messages of whoever uploaded it.</summary>
    private async ValueTask RequireOwnAsync(Caller caller, IReadOnlyList<string>? files, CancellationToken cancellationToken)
    {
        if (caller.SeesAll) return;
        foreach (var id in files ?? [])
        {
            if (await attachments.FindAsync(id, cancellationToken) is { } file && (file.PersonId ?? KnownUsers.Local) != caller.UserId) throw AttachmentRefusal.Missing(id);
        }
    }
}
