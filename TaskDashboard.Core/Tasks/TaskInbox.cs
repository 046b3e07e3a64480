using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>What can still be done to messages that are stored and not read yet.</summary>
internal sealed class TaskInbox(Store store)
{
    public async Task<IReadOnlyList<QueuedMessage>> ListAsync(string taskId, CancellationToken cancellationToken)
    {
        var task = await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);

        // What a cancel left unread waits for the next run; memory holds the inboxes of live tasks only.
        return task.Status.IsTerminal() ? store.Reader.FindStored(taskId)?.Inbox ?? [] : task.Inbox;
    }

    public Task<IReadOnlyList<QueuedMessage>> ChangeAsync(string taskId, string messageId, ChangeQueuedMessage change, CancellationToken cancellationToken)
    {
        TaskValidation.Check(change);
        return ChangeAsync(taskId, messageId, (task, index) =>
        {
            var inbox = task.Inbox.ToList();
            if (change.Text is { } text && text.Length > inbox[index].Text.Length && !Inbox.HasRoomBeside(task, inbox[index])) return null;
            var changed = inbox[index] with { Text = change.Text ?? inbox[index].Text, Mode = change.Mode ?? inbox[index].Mode };
            inbox.RemoveAt(index);
            inbox.Insert(Math.Clamp(change.Position ?? index, 0, inbox.Count), changed);
            return Inbox.Arrange(task, inbox);
        }, cancellationToken);
    }

    public Task<IReadOnlyList<QueuedMessage>> RemoveAsync(string taskId, string messageId, CancellationToken cancellationToken) =>
        ChangeAsync(taskId, messageId, (task, index) => Inbox.Remove(task, [task.Inbox[index]]), cancellationToken);

    private async Task<IReadOnlyList<QueuedMessage>> ChangeAsync(
        string taskId, string messageId, Func<AgentTask, int, TaskChange?> change, CancellationToken cancellationToken)
    {
        var result = await store.Log.ForCaller.ChangeAsync(taskId, task =>
        {
            var index = IndexOf(task, messageId);
            return index < 0 || !task.Inbox[index].IsEditable ? null : change(task, index);
        });
        if (result.Outcome == ChangeOutcome.NotFound) throw RefusedException.NotFound("task", taskId);
        if (result.Applied) return result.Task!.Inbox;
        ImportedFrom.RefuseChange(result.Task!);
        if (IndexOf(result.Task!, messageId) is var at and >= 0)
        {
            throw result.Task!.Inbox[at].IsEditable
                ? InboxRefusal.Full(result.Task)
                : RefusedException.Conflict("message_fixed", "News of other tasks are told as they happened; only messages of people can be changed.");
        }

        var known = await store.Reader.FindMessageAsync(result.Task!, messageId, cancellationToken);
        throw known is { State: EntryState.Read, Role: EntryRole.User or EntryRole.Subtask }
            ? RefusedException.Conflict("message_read", "The agent has read the message already; it cannot be changed any more. Send another one.")
            : RefusedException.NotFound("message", messageId);
    }

    private static int IndexOf(AgentTask task, string messageId)
    {
        for (var index = 0; index < task.Inbox.Count; index++)
        {
            if (task.Inbox[index].MessageId == messageId) return index;
        }

        return -1;
    }
}
