using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>What runs read of what was said before them.</summary>
internal sealed partial class TaskReader
{
    /// <summary>How many messages of a chat a task that joins it is told of, the newest ones.</summary>
    private const int MostInherited = 200;

    /// <summary>What the agent of a task said last; null when it has said nothing.</summary>
    public async Task<string?> FindLastWordAsync(AgentTask task, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Messages
            .Where(row => row.TaskKey == task.Key && row.Role == (int)EntryRole.Assistant && row.State == (int)EntryState.Read)
            .OrderByDescending(row => row.Seq)
            .Select(row => row.Text)
            .FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ChatEntry>> LoadSessionAsync(AgentTask task, CancellationToken cancellationToken)
    {
        // Not what came into the inbox since it was last read: that has its place where the run reads it.
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var own = await context.Messages
            .Where(row => row.TaskKey == task.Key && row.Seq > 0 && row.State == (int)EntryState.Read)
            .OrderBy(row => row.Seq)
            .ToListAsync(cancellationToken);
        return own.ConvertAll(row => RowMapping.ToEntry(row, task));
    }

    public async Task<IReadOnlyList<ChatEntry>> LoadChatBeforeAsync(AgentTask task, CancellationToken cancellationToken)
    {
        // By the order of the log, not by the clock: what was read, or came to its end, after the task began belongs to none of its runs.
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var began = await context.Events.Where(row => row.TaskKey == task.Key && row.Seq == 1).Select(row => row.Id).FirstAsync(cancellationToken);
        var before = await (
                from other in context.Tasks
                join message in context.Messages on other.Key equals message.TaskKey
                join told in context.Events on new { message.TaskKey, message.Seq } equals new { told.TaskKey, told.Seq }
                where other.ChatId == task.ChatId && other.Key != task.Key && told.Id < began && message.State == (int)EntryState.Read &&
                    (message.Role == (int)EntryRole.User || message.Role == (int)EntryRole.Assistant)
                orderby told.Id descending
                select message)
            .Take(MostInherited)
            .ToListAsync(cancellationToken);
        before.Reverse();
        return before.ConvertAll(row => RowMapping.ToEntry(row, task));
    }

    public async Task<IReadOnlyList<ChatEntry>> LoadOpenMessagesAsync(AgentTask task, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await context.Messages
            .Where(row => row.State == (int)EntryState.Open && row.TaskKey == task.Key)
            .OrderBy(row => row.CreatedAt)
            .ToListAsync(cancellationToken);
        return open.ConvertAll(row => RowMapping.ToEntry(row, task));
    }

    /// <summary>The message that a sender's own id stands for, or null.</summary>
    public async Task<string?> FindByClientIdAsync(AgentTask task, string clientMessageId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Messages
            .Where(row => row.TaskKey == task.Key && row.ClientMessageId == clientMessageId)
            .Select(row => row.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>One entry of a task's transcript, or null.</summary>
    public async Task<ChatEntry?> FindMessageAsync(AgentTask task, string messageId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Messages.SingleOrDefaultAsync(row => row.Id == messageId && row.TaskKey == task.Key, cancellationToken) is { } row
            ? RowMapping.ToEntry(row, task)
            : null;
    }
}
