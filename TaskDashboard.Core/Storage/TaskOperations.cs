using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Changes a stored task, as decided on the task as the transaction has it.</summary>
internal sealed class TaskChangeOperation(string taskId, Func<AgentTask, ITaskView, TaskChange?> decide) : WriteOperation<ChangeResult>
{
    public override void Apply(WriteBatch batch)
    {
        if (batch.Find(taskId) is not { } before)
        {
            Result = new ChangeResult(ChangeOutcome.NotFound, null);
            return;
        }

        var events = new List<TaskEvent>(4);
        var change = decide(before, batch);
        var after = change is null ? null : ApplyTo(before, change, batch, events);
        if (after is null)
        {
            Result = new ChangeResult(ChangeOutcome.Declined, before);
            return;
        }

        batch.Note(taskId, before, after, events);
        Consequences.Apply(before, after, change, batch);
        Result = new ChangeResult(ChangeOutcome.Applied, after);
    }

    /// <summary>Null when the table of transitions forbids it; then nothing was written.</summary>
    internal static AgentTask? ApplyTo(AgentTask before, TaskChange change, WriteBatch batch, List<TaskEvent> events)
    {
        // Whoever asks, and however they got here: an imported task is a picture.
        if (before.ImportedFrom is not null) return null;
        for (var (at, next) = (before.Status, change); next is not null; next = next.Then)
        {
            if (next.Transition is not { } move) continue;
            if (!TaskTransitions.IsLegal(at, move.To)) return null;
            at = move.To;
        }

        var task = before;
        for (var next = change; next is not null; next = next.Then) task = ApplyOne(task, next, batch, events);
        return task;
    }

    internal static StatusData StatusEvent(AgentTask task, AgentTaskStatus? previous) =>
        new(task.Status, task.Reason, task.ReasonText, previous) { TaskId = task.Id, DueAt = task.DueAt };

    private static AgentTask ApplyOne(AgentTask before, TaskChange change, WriteBatch batch, List<TaskEvent> events)
    {
        var statements = batch.Statements;
        var after = change.Edit is { } edit ? edit(before) : before;
        var seq = before.LastSeq;
        if (change.OpenRun is { } opened) statements.InsertRun(after.Key, opened with { StartedAt = batch.Now });
        foreach (var (data, entry, clientMessageId) in change.Log)
        {
            // A child's id stands in its subtask event; everything else is about the task itself.
            var told = data is SubtaskData ? data : data with { TaskId = after.Id };
            events.Add(statements.AppendEvent(after, ++seq, told, after.RunId, batch.Now));
            if (entry is not null) statements.UpsertMessage(after.Key, Place(entry, seq, batch.Now), clientMessageId);
        }

        foreach (var attachmentId in change.TakeAttachments) statements.TakeAttachment(after.Id, attachmentId);
        foreach (var step in change.Steps) statements.InsertStep(after, step, batch.Now);
        if (change.EndRun is { } ended) statements.EndRun(ended with { EndedAt = batch.Now });
        foreach (var request in change.OpenRequests)
        {
            var asked = request with { CreatedAt = batch.Now };
            statements.InsertRequest(after.Key, asked);
            events.Add(statements.AppendEvent(after, ++seq, RequestData.Of(asked) with { TaskId = after.Id }, after.RunId, batch.Now));
            after = after with { OpenRequests = [.. after.OpenRequests, asked] };
        }

        foreach (var request in change.Transition is { To: var end, ReasonText: var why } && end.IsTerminal() ? change.ResolveRequests.Concat(Unanswerable(after, why)) : change.ResolveRequests)
        {
            if (after.OpenRequests.All(open => open.RequestId != request.RequestId)) continue;
            statements.ResolveRequest(request with { ResolvedAt = batch.Now });
            events.Add(statements.AppendEvent(after, ++seq, RequestResolvedData.Of(request) with { TaskId = after.Id }, after.RunId, batch.Now));
            after = after with { OpenRequests = [.. after.OpenRequests.Where(open => open.RequestId != request.RequestId)] };
        }

        foreach (var requestId in change.BeginRequests) statements.BeginRequest(requestId, batch.Now);
        if (change.Transition is { } move)
        {
            after = Move(after, move, batch.Now);
            events.Add(statements.AppendEvent(after, ++seq, StatusEvent(after, before.Status), after.RunId, batch.Now));
        }

        after = after with { LastSeq = seq, Version = before.Version + 1, UpdatedAt = batch.Now };
        statements.UpdateTask(before, after);
        return after;
    }

    /// <summary>Whichever way a task ends, from here on nobody waits for an answer. The list is as it stands: what is resolved with the change itself is passed over.</summary>
    private static IEnumerable<TaskRequest> Unanswerable(AgentTask ended, string? why) =>
        ended.OpenRequests.Select(request => RequestReason.Close(request, why ?? "Its task has ended."));

    private static ChatEntry Place(ChatEntry entry, long seq, DateTimeOffset now) =>
        entry with { Seq = seq, CreatedAt = entry.CreatedAt == default ? now : entry.CreatedAt };

    private static AgentTask Move(AgentTask task, TaskTransition move, DateTimeOffset now)
    {
        var moved = task with { Status = move.To, Reason = move.Reason, ReasonText = move.ReasonText, DueAt = move.DueAt is { } due ? StoreTime.Truncate(due) : null, ReasonAt = now };
        if (move.To.IsTerminal()) return moved with { EndedAt = now };
        if (task.Status == AgentTaskStatus.Pending && move.To == AgentTaskStatus.Running) return moved with { StartedAt = now, EndedAt = null };
        return moved;
    }
}

/// <summary>Removes a terminal task.</summary>
/// <param name="taskId">The task.</param>
/// <param name="mayGo">Asked on the writer; null for yes.</param>
internal sealed class DeleteTaskOperation(string taskId, Func<AgentTask, ITaskView, bool>? mayGo = null) : WriteOperation<ChangeResult>
{
    public override void Apply(WriteBatch batch)
    {
        if (batch.Find(taskId) is not { } task)
        {
            Result = new ChangeResult(ChangeOutcome.NotFound, null);
            return;
        }

        if (!task.Status.IsTerminal() || mayGo?.Invoke(task, batch) is false)
        {
            Result = new ChangeResult(ChangeOutcome.Declined, task);
            return;
        }

        var deleted = batch.Statements.AppendEvent(task, task.LastSeq + 1, new DeletedData { TaskId = taskId }, task.RunId, batch.Now);
        batch.Statements.DeleteTask(task.Key);
        batch.Note(taskId, task, null, [deleted]);
        Consequences.Apply(task, null, null, batch);
        Result = new ChangeResult(ChangeOutcome.Applied, task);
    }
}

/// <summary>Keeps the text so far of messages that are streaming in.</summary>
internal sealed class CheckpointOperation(IReadOnlyList<ChatEntry> open) : WriteOperation<bool>
{
    public override void Apply(WriteBatch batch)
    {
        foreach (var entry in open)
        {
            // The run may have ended since: then its final message is on disk, and the statement leaves that alone.
            if (batch.Find(entry.TaskId) is { } task && !task.Status.IsTerminal())
            {
                batch.Statements.CheckpointMessage(task.Key, entry with { State = EntryState.Open, Seq = 0 });
            }
        }

        Result = true;
    }
}
