using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Stores a new task, unless it is there already or may not be.</summary>
internal sealed class CreateTaskOperation(NewTask created, TaskChange? then) : WriteOperation<ChangeResult>
{
    public override void Apply(WriteBatch batch)
    {
        if (FindExisting(batch) is { } known)
        {
            Result = known;
            return;
        }

        var edges = TaskWaits.Evaluate(created.Task.DependsOn, batch);
        if (Refuse(edges, batch) is { } refusal)
        {
            Result = new ChangeResult(refusal, null);
            return;
        }

        var task = created.Task with
        {
            DependsOn = edges!,
            DelayUntil = created.Task.DelayUntil is { } delay ? StoreTime.Truncate(delay) : null,
            CreatedAt = batch.Now,
            UpdatedAt = batch.Now,
            ReasonAt = batch.Now,
            Version = 1,
            LastSeq = 2 + created.History.Count + (created.Warning is null ? 0 : 1),
        };
        var next = PendingReason.Of(task, batch);
        if (created.OnlyWithSlot && then is null && next.Reason == ReasonCodes.Slot)
        {
            Result = new ChangeResult(ChangeOutcome.NoSlot, null);
            return;
        }

        var statements = batch.Statements;
        if (created.IdempotencyKey is { } key) statements.InsertKey(key, created.Task.Id, created.RequestDigest!, batch.Now);
        if (created.Chat is { } chat) statements.InsertChat(chat with { CreatedAt = batch.Now });

        var isDoomed = next.To == AgentTaskStatus.Failed;
        task = isDoomed
            ? task with { Reason = ReasonCodes.Dependency, ReasonText = next.ReasonText }
            : task with { Reason = next.Reason, ReasonText = next.ReasonText, DueAt = next.DueAt };
        task = task with { Key = statements.InsertTask(task) };
        var events = new List<TaskEvent>(4 + created.History.Count) { statements.AppendEvent(task, 1, TaskChangeOperation.StatusEvent(task, null), null, batch.Now) };
        foreach (var told in created.History) Tell(told, told.Entry!.CreatedAt);
        Tell(created.FirstMessage, batch.Now);
        if (created.Warning is { } warning) Tell(warning, batch.Now);
        foreach (var file in created.Files) statements.TakeAttachment(task.Id, file.Id);

        var first = task;
        var change = isDoomed ? new TaskChange { Transition = next } : next.Reason == ReasonCodes.Slot ? then : null;
        if (change is not null) task = TaskChangeOperation.ApplyTo(task, change, batch, events) ?? task;
        batch.Note(task.Id, null, task, events);
        Consequences.Apply(null, task, change, batch);
        Result = new ChangeResult(ChangeOutcome.Applied, batch.Find(task.Id), first);

        void Tell(LogEntry told, DateTimeOffset at)
        {
            var seq = events.Count + 1;
            events.Add(statements.AppendEvent(task, seq, told.Data with { TaskId = task.Id }, null, batch.Now));
            statements.UpsertMessage(task.Key, told.Entry! with { Seq = seq, CreatedAt = at }, null);
        }
    }

    /// <summary>Why it may not be made as things are in the transaction; null when it may.</summary>
    public ChangeOutcome? FindRefusal(WriteBatch batch) =>
        Refuse(TaskWaits.Evaluate(created.Task.DependsOn, batch), batch) ?? (created.OnlyWithSlot && then is null ? ChangeOutcome.NoSlot : null);

    /// <summary>What an earlier request with the same key has made, or a live task with the same order; null for nothing.</summary>
    public ChangeResult? FindExisting(WriteBatch batch)
    {
        if (created.IdempotencyKey is { } key && batch.Statements.FindKey(key) is { } known && batch.Find(known.TaskId) is { } made)
        {
            return known.Fingerprint == created.RequestDigest
                ? new ChangeResult(ChangeOutcome.Existing, made, made)
                : new ChangeResult(ChangeOutcome.KeyReused, made);
        }

        if (created.Task.Fingerprint is not { } order || batch.FindOrder(order) is not { } same) return null;

        // The key stands for what its request was answered with, so that a repeat after the task's end does not make another one.
        if (created.IdempotencyKey is { } fresh) batch.Statements.InsertKey(fresh, same.Id, created.RequestDigest!, batch.Now);
        return new ChangeResult(ChangeOutcome.Duplicate, same, same);
    }

    private ChangeOutcome? Refuse(IReadOnlyList<TaskDependency>? edges, WriteBatch batch)
    {
        if (created.RefusedByAgent?.Invoke() is { } agentsRefusal) return agentsRefusal;
        if (created.Chat is null && !batch.Statements.ChatExists(created.Task.ChatId)) return ChangeOutcome.ChatGone;
        if (created.Task.Name is { } name && TaskName.IsTaken(name, created.Task.ChatId, created.Task.ParentTaskId, batch)) return ChangeOutcome.NameTaken;
        if (edges is null) return ChangeOutcome.DependencyMissing;
        if (!created.Files.All(file => batch.MayTake(file.Id, created.Task.Id))) return ChangeOutcome.AttachmentTaken;
        if (created.Task.ParentTaskId is not { } parentId) return null;

        // Decided here, in the order of the writes: a child either comes before the cancel of its parent, which then finds it, or not at all.
        var parent = batch.Find(parentId);
        if (parent is null || parent.Status == AgentTaskStatus.Cancelled || parent.Reason == ReasonCodes.Stopping) return ChangeOutcome.ParentStopped;
        if (created.SpawningRunId is { } runId && (parent.Status.IsTerminal() || parent.RunId != runId)) return ChangeOutcome.ParentStopped;
        if (batch.LiveChildrenOf(parentId).Count >= created.MostSiblings) return ChangeOutcome.TooManyChildren;
        return TaskWaits.WouldClose(edges.Select(edge => edge.TaskId), parentId, batch) ? ChangeOutcome.DependencyCycle : null;
    }
}
