using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>The writer's prepared statements on tasks and what belongs to them. The hot path of the store.</summary>
internal sealed class TaskStatements : IDisposable
{
    private static readonly string[] FixedColumns =
    [
        "id", "agent_id", "agent_name", "chat_id", "is_primary", "user_id", "person_id", "access_chat_id", "session_id", "parent_task_id", "parent_run_id", "parent_call_id",
        "parent_agent_id", "work_dir", "timeout_s", "created_at", "accepts_messages", "fingerprint",
    ];

    // Split in two, because an update that names no indexed column leaves the indexes alone.
    private static readonly string[] IndexedColumns = ["status", "attention"];

    private static readonly string[] PlainColumns =
    [
        "title", "name", "reason", "reason_text", "reason_at", "due_at", "model", "run_id", "run_count", "next_cause", "priority", "metadata",
        "started_at", "ended_at", "duration_ms", "updated_at", "input_tokens", "output_tokens", "cached_tokens", "cost", "version", "last_seq", "fence",
        "owner_id", "depends_on", "delay_until", "max_attempts", "attempt", "stop", "settings",
    ];

    private readonly List<Statement> all = [];
    private readonly Statement insertTask;
    private readonly Statement insertTaskAt;
    private readonly Statement updateStatus;
    private readonly Statement updateTask;
    private readonly Statement taskExists;
    private readonly Statement insertEvent;
    private readonly Statement upsertMessage;
    private readonly Statement removeMessage;
    private readonly Statement insertRun;
    private readonly Statement endRun;
    private readonly Statement insertStep;
    private readonly Statement insertExchange;
    private readonly Statement insertExchangePart;
    private readonly Statement chargeDay;
    private readonly Statement insertChat;
    private readonly Statement chatExists;
    private readonly Statement touchChat;
    private readonly Statement renameChat;
    private readonly Statement insertRequest;
    private readonly Statement resolveRequest;
    private readonly Statement beginRequest;
    private readonly Statement findKey;
    private readonly Statement insertKey;
    private readonly Statement checkpointMessage;
    private readonly Statement findAttachment;
    private readonly Statement takeAttachment;
    private readonly Statement[] deleteTask;

    public TaskStatements(SqliteDatabase database)
    {
        insertTask = Keep(Statement.Insert(database, "tasks", [.. FixedColumns, .. IndexedColumns, .. PlainColumns], "RETURNING key"));
        insertTaskAt = Keep(Statement.Insert(database, "tasks", ["key", .. FixedColumns, .. IndexedColumns, .. PlainColumns]));
        updateStatus = Keep(Statement.Update(database, "tasks", [.. IndexedColumns, .. PlainColumns], "key"));
        updateTask = Keep(Statement.Update(database, "tasks", PlainColumns, "key"));
        taskExists = Keep(new Statement(database, "SELECT 1 FROM tasks WHERE key = ?"));
        insertEvent = Keep(Statement.Insert(database, "events", ["task_key", "seq", "type", "at", "run_id", "data"], "RETURNING id"));
        string[] message =
        [
            "id", "task_key", "run_id", "seq", "role", "text", "tool_name", "call_id", "tool_status", "step", "provider_data", "client_message_id",
            "attachments", "from_task_id", "mode", "state", "created_at",
        ];
        upsertMessage = Keep(Statement.Insert(database, "messages", message,
            "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, run_id = excluded.run_id, text = excluded.text, step = excluded.step, state = excluded.state, mode = excluded.mode, provider_data = excluded.provider_data"));
        removeMessage = Keep(new Statement(database, "DELETE FROM messages WHERE id = ? AND state = 1"));
        checkpointMessage = Keep(Statement.Insert(database, "messages", message,
            "ON CONFLICT (id) DO UPDATE SET text = excluded.text WHERE state = 0"));
        insertRun = Keep(Statement.Insert(database, "runs", ["id", "task_key", "attempt", "cause", "model", "started_at", "input_tokens", "output_tokens", "cached_tokens"]));
        endRun = Keep(new Statement(database, """
            UPDATE runs SET ended_at = ?, outcome = ?, outcome_text = ?, (input_tokens, output_tokens, cached_tokens, cost) =
                (SELECT coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cached_tokens), 0), sum(cost) FROM steps WHERE run_id = ?4)
            WHERE id = ?4
            """));
        insertStep = Keep(Statement.Insert(database, "steps",
        [
            "id", "run_id", "index", "kind", "name", "started_at", "duration_ms", "first_token_ms", "input_tokens", "output_tokens", "cached_tokens", "cost",
            "retries", "attempts", "call_id", "outcome", "error",
        ]));
        insertExchange = Keep(Statement.Insert(database, "exchanges", ["step_id", "task_key", "request", "response"]));
        insertExchangePart = Keep(Statement.Insert(database, "exchange_parts", ["task_key", "digest", "content"], "ON CONFLICT DO NOTHING"));
        chargeDay = Keep(new Statement(database, """
            INSERT INTO usage_days (day, person_id, agent_id, model, calls, input_tokens, output_tokens, cached_tokens, cost) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET calls = calls + 1, input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
                cached_tokens = cached_tokens + excluded.cached_tokens, cost = CASE WHEN excluded.cost IS NULL THEN cost ELSE COALESCE(cost, 0) + excluded.cost END
            """));
        insertChat = Keep(Statement.Insert(database, "chats", ["id", "user_id", "title", "created_at", "updated_at", "person_id", "access_chat_id"]));
        chatExists = Keep(new Statement(database, "SELECT 1 FROM chats WHERE id = ?"));
        touchChat = Keep(new Statement(database, "UPDATE chats SET updated_at = ? WHERE id = ?"));
        renameChat = Keep(new Statement(database, "UPDATE chats SET title = ? WHERE id = ? AND title = ?"));
        insertRequest = Keep(Statement.Insert(database, "requests",
        [
            "id", "task_key", "run_id", "call_id", "kind", "prompt", "options", "arguments", "details", "created_at", "expires_at",
            "begun_at",
        ]));
        resolveRequest = Keep(Statement.Update(database, "requests", ["resolved_at", "answer", "by", "note", "changed_arguments"], "id"));
        beginRequest = Keep(Statement.Update(database, "requests", ["begun_at"], "id"));
        findKey = Keep(new Statement(database, "SELECT task_id, fingerprint FROM idempotency_keys WHERE id = ?"));
        insertKey = Keep(Statement.Insert(database, "idempotency_keys", ["id", "task_id", "fingerprint", "created_at"], "ON CONFLICT (id) DO UPDATE SET task_id = excluded.task_id, fingerprint = excluded.fingerprint, created_at = excluded.created_at"));
        findAttachment = Keep(new Statement(database, "SELECT task_id FROM attachments WHERE id = ?"));
        takeAttachment = Keep(new Statement(database, "UPDATE attachments SET task_id = ? WHERE id = ?"));
        deleteTask =
        [
            Keep(new Statement(database, "DELETE FROM steps WHERE run_id IN (SELECT id FROM runs WHERE task_key = ?1)")),
            Keep(new Statement(database, "DELETE FROM runs WHERE task_key = ?1")),
            Keep(new Statement(database, "DELETE FROM exchanges WHERE task_key = ?1")),
            Keep(new Statement(database, "DELETE FROM exchange_parts WHERE task_key = ?1")),
            Keep(new Statement(database, "DELETE FROM messages WHERE task_key = ?1")),
            Keep(new Statement(database, "DELETE FROM requests WHERE task_key = ?1")),
            Keep(new Statement(database, "DELETE FROM attachments WHERE task_id = (SELECT id FROM tasks WHERE key = ?1)")),
            Keep(new Statement(database, "DELETE FROM approval_rules WHERE task_id = (SELECT id FROM tasks WHERE key = ?1)")),
            Keep(new Statement(database, "DELETE FROM events WHERE task_key = ?1 AND type <> 'deleted'")),
            Keep(new Statement(database, "DELETE FROM search WHERE rowid BETWEEN ?1 << 20 AND (?1 << 20) | 1048575")),
            Keep(new Statement(database, $"DELETE FROM budgets WHERE scope IN ({(int)BudgetScope.Task}, {(int)BudgetScope.Tree}) AND target = (SELECT id FROM tasks WHERE key = ?1)")),
            Keep(new Statement(database, "DELETE FROM imported_tasks WHERE key = ?1")),
            Keep(new Statement(database, "DELETE FROM idempotency_keys WHERE task_id = (SELECT id FROM tasks WHERE key = ?1)")),
            Keep(new Statement(database, """
                DELETE FROM chats WHERE id = (SELECT chat_id FROM tasks WHERE key = ?1)
                    AND NOT EXISTS (SELECT 1 FROM tasks WHERE chat_id = chats.id AND key <> ?1)
                """)),
            Keep(new Statement(database, "DELETE FROM chat_reads WHERE chat_id = (SELECT chat_id FROM tasks WHERE key = ?1) AND NOT EXISTS (SELECT 1 FROM chats WHERE id = chat_reads.chat_id)")),
            Keep(new Statement(database, "DELETE FROM share_links WHERE chat_id = (SELECT chat_id FROM tasks WHERE key = ?1) AND NOT EXISTS (SELECT 1 FROM chats WHERE id = share_links.chat_id)")),

            // Chats that its tasks began may be there still, and are seen by whoever it is shared with.
            Keep(new Statement(database, """
                DELETE FROM chat_shares WHERE chat_id = (SELECT access_chat_id FROM tasks WHERE key = ?1)
                    AND NOT EXISTS (SELECT 1 FROM chats WHERE access_chat_id = chat_shares.chat_id)
                """)),
            Keep(new Statement(database, """
                INSERT INTO deleted_tasks (key, id, chat_id, user_id, session_id, person_id, access_chat_id, parent_task_id, cost, deleted_at)
                SELECT key, id, chat_id, user_id, session_id, person_id, access_chat_id, parent_task_id, cost, updated_at FROM tasks WHERE key = ?1
                """)),
            Keep(new Statement(database, "DELETE FROM tasks WHERE key = ?1")),
        ];
    }

    public bool TaskExists(long key) => taskExists.Number(key) is not null;

    /// <summary>Answers with the key that the store gave it.</summary>
    public long InsertTask(AgentTask task) => insertTask.Number([.. FixedValues(task), .. IndexedValues(task), .. PlainValues(task)])!.Value;

    /// <summary>Stores a task under the key that was set aside for it.</summary>
    public void InsertTaskAt(AgentTask task) => insertTaskAt.Execute([task.Key, .. FixedValues(task), .. IndexedValues(task), .. PlainValues(task)]);

    public void UpdateTask(AgentTask before, AgentTask after)
    {
        if (before.Status == after.Status && RowMapping.Attention(before) == RowMapping.Attention(after))
        {
            updateTask.Execute([.. PlainValues(after), after.Key]);
        }
        else
        {
            updateStatus.Execute([.. IndexedValues(after), .. PlainValues(after), after.Key]);
        }
    }

    /// <summary>Appends to the log and makes the event, with the store-wide id that it got.</summary>
    public TaskEvent AppendEvent(AgentTask task, long seq, EventData data, string? runId, DateTimeOffset at)
    {
        var json = EventJson.Data(data);
        var id = insertEvent.Number(task.Key, seq, data.Type, StoreTime.ToStore(at), runId, json)!.Value;
        return new TaskEvent(id, seq, data.Type, at, task.Id, runId, task.ChatId, data, EventJson.Event(id, seq, data.Type, at, runId, task, json));
    }

    public void UpsertMessage(long taskKey, ChatEntry entry, string? clientMessageId)
    {
        if (entry.State == EntryState.Removed) removeMessage.Execute(entry.MessageId);
        else upsertMessage.Execute(MessageValues(taskKey, entry, clientMessageId));
    }

    public void CheckpointMessage(long taskKey, ChatEntry entry) => checkpointMessage.Execute(MessageValues(taskKey, entry, null));

    public void InsertRun(long taskKey, Run run) => insertRun.Execute(
        run.RunId, taskKey, run.Attempt, (int)run.Cause, run.Model, StoreTime.ToStore(run.StartedAt), run.Usage.Input, run.Usage.Output, run.Usage.Cached);

    /// <summary>Ends a run. Its tokens are those of its steps, whoever ends it: after a crash nobody else knows them.</summary>
    public void EndRun(Run run) => endRun.Execute(StoreTime.ToStore(run.EndedAt), (int?)run.Outcome, run.OutcomeText, run.RunId);

    /// <summary>Stores a step, and charges a model call to its day.</summary>
    public void InsertStep(AgentTask task, RunStep step, DateTimeOffset now)
    {
        InsertStep(step);
        if (step.Exchange is { } exchange) InsertExchange(task.Key, step.StepId, exchange);
        if (step.Kind == StepKind.Model)
            chargeDay.Execute(BudgetStore.DayOf(now), task.PersonId ?? "", task.AgentId, step.Name, step.Usage.Input, step.Usage.Output, step.Usage.Cached, (double?)step.Usage.Cost);
    }

    /// <summary>Stores a step that is charged to no day: an imported one, whose money was spent elsewhere.</summary>
    public void InsertStep(RunStep step) => insertStep.Execute(
        step.StepId, step.RunId, step.Index, (int)step.Kind, step.Name, StoreTime.ToStore(step.StartedAt), step.DurationMs, step.FirstTokenMs,
        step.Usage.Input, step.Usage.Output, step.Usage.Cached, (double?)step.Usage.Cost, step.Retries, RowMapping.WriteAttempts(step.Attempts), step.CallId, (int)step.Outcome, step.Error);

    private void InsertExchange(long taskKey, string stepId, RecordedExchange exchange)
    {
        foreach (var part in exchange.Parts) insertExchangePart.Execute(taskKey, Statement.Value.Blob(part.Digest), Statement.Value.Blob(part.Content));
        insertExchange.Execute(stepId, taskKey, Statement.Value.Blob(exchange.Request), Statement.Value.Blob(exchange.Response));
    }

    public void InsertChat(Chat chat) => insertChat.Execute(
        chat.ChatId, chat.UserId, chat.Title, StoreTime.ToStore(chat.CreatedAt), StoreTime.ToStore(chat.CreatedAt), chat.PersonId, chat.AccessChatId);

    public bool ChatExists(string chatId) => chatExists.Number(chatId) is not null;

    public void TouchChat(string chatId, DateTimeOffset at) => touchChat.Execute(StoreTime.ToStore(at), chatId);

    /// <summary>Renames a chat that still has the title of its task, together with the task.</summary>
    public void RenameChat(string chatId, string from, string to) => renameChat.Execute(to, chatId, from);

    public void InsertRequest(long taskKey, TaskRequest request) => insertRequest.Execute(
        request.RequestId, taskKey, request.RunId, request.CallId, (int)request.Kind, request.Prompt, RowMapping.WriteStrings(request.Options),
        request.Arguments?.GetRawText(), RowMapping.WriteDetails(request), StoreTime.ToStore(request.CreatedAt), StoreTime.ToStore(request.ExpiresAt),
        StoreTime.ToStore(request.BegunAt));

    public void ResolveRequest(TaskRequest request) => resolveRequest.Execute(
        StoreTime.ToStore(request.ResolvedAt), request.Answer, request.By, request.Note, request.ChangedArguments?.GetRawText(), request.RequestId);

    public void BeginRequest(string requestId, DateTimeOffset at) => beginRequest.Execute(StoreTime.ToStore(at), requestId);

    public (string TaskId, string Fingerprint)? FindKey(string key)
    {
        return findKey.Texts(key) is [{ } taskId, { } fingerprint] ? (taskId, fingerprint) : null;
    }

    public void InsertKey(string key, string taskId, string fingerprint, DateTimeOffset at) =>
        insertKey.Execute(key, taskId, fingerprint, StoreTime.ToStore(at));

    /// <summary>The task that has an attachment, in an array of one; null when there is no such attachment.</summary>
    public string?[]? FindAttachment(string attachmentId) => findAttachment.Texts(attachmentId);

    public void TakeAttachment(string taskId, string attachmentId) => takeAttachment.Execute(taskId, attachmentId);

    /// <summary>Removes a task and all that belongs to it, but for its <c>deleted</c> event.</summary>
    public void DeleteTask(long key)
    {
        foreach (var statement in deleteTask) statement.Execute(key);
    }

    public void Dispose()
    {
        foreach (var statement in all) statement.Dispose();
    }

    private Statement Keep(Statement statement)
    {
        all.Add(statement);
        return statement;
    }

    private static Statement.Value[] FixedValues(AgentTask task) =>
    [
        task.Id, task.AgentId, task.AgentName, task.ChatId, task.IsPrimary, task.UserId, task.PersonId, task.AccessChatId, task.SessionId, task.ParentTaskId, task.ParentRunId, task.ParentCallId,
        task.ParentAgentId, task.WorkDir, task.TimeoutS, StoreTime.ToStore(task.CreatedAt), task.AcceptsMessages, task.Fingerprint,
    ];

    private static Statement.Value[] IndexedValues(AgentTask task) => [(int)task.Status, RowMapping.Attention(task)];

    private static Statement.Value[] PlainValues(AgentTask task) =>
    [
        task.Title, task.Name, task.Reason, task.ReasonText, StoreTime.ToStore(task.ReasonAt), StoreTime.ToStore(task.DueAt), task.Model, task.RunId,
        task.RunCount, (int)task.NextCause, task.Priority, RowMapping.WriteMetadata(task.Metadata), StoreTime.ToStore(task.StartedAt),
        StoreTime.ToStore(task.EndedAt), task.DurationMs, StoreTime.ToStore(task.UpdatedAt), task.Usage.Input, task.Usage.Output, task.Usage.Cached,
        (double?)task.Usage.Cost, task.Version, task.LastSeq, task.Fence, task.OwnerId, RowMapping.WriteDependencies(task.DependsOn),
        StoreTime.ToStore(task.DelayUntil), task.MaxAttempts, task.Attempt, RowMapping.WriteStop(task.Stop), RowMapping.WriteSettings(task.Settings),
    ];

    private static Statement.Value[] MessageValues(long taskKey, ChatEntry entry, string? clientMessageId) =>
    [
        entry.MessageId, taskKey, entry.RunId, entry.Seq, (int)entry.Role, entry.Text, entry.ToolName, entry.CallId, entry.ToolStatus, entry.Step,
        entry.ProviderData, clientMessageId, RowMapping.WriteAttachments(entry.Attachments), entry.FromTaskId, (int)entry.Mode, (int)entry.State, StoreTime.ToStore(entry.CreatedAt),
    ];
}
