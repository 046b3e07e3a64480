using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>The rows of an import, inside one transaction. On the writer's thread.</summary>
internal sealed class ImportStatements(WriteBatch batch) : IDisposable
{
    private readonly Statement insertEvent = Statement.Insert(batch.Database, "events", ["task_key", "seq", "type", "at", "run_id", "data"]);
    private readonly Statement insertWords = Statement.Insert(batch.Database, "search", ["rowid", "text"]);
    private readonly Statement insertMessage = Statement.Insert(
        batch.Database, "messages",
        ["id", "task_key", "run_id", "seq", "role", "text", "tool_name", "call_id", "tool_status", "step", "attachments", "from_task_id", "mode", "state", "created_at"]);
    private readonly Statement insertRun = Statement.Insert(
        batch.Database, "runs",
        ["id", "task_key", "attempt", "cause", "model", "started_at", "ended_at", "outcome", "outcome_text", "input_tokens", "output_tokens", "cached_tokens", "cost"]);

    /// <summary>An event, with the words that a search finds it by; null for none.</summary>
    public void InsertEvent(long taskKey, long seq, string type, DateTimeOffset at, string? runId, byte[] data, string? words)
    {
        insertEvent.Execute(taskKey, seq, type, StoreTime.ToStore(at), runId, data);
        if (words is not null) insertWords.Execute((taskKey << SearchIndex.KeyShift) | seq, words);
    }

    /// <summary>Not as runs write theirs: a message that is there already is none of the import's, and is not replaced.</summary>
    public void InsertMessage(long taskKey, ChatEntry entry) => insertMessage.Execute(
        entry.MessageId, taskKey, entry.RunId, entry.Seq, (int)entry.Role, entry.Text, entry.ToolName, entry.CallId, entry.ToolStatus, entry.Step,
        RowMapping.WriteAttachments(entry.Attachments), entry.FromTaskId, (int)entry.Mode, (int)entry.State, StoreTime.ToStore(entry.CreatedAt));

    public void InsertRun(long taskKey, Run run)
    {
        insertRun.Execute(
            run.RunId, taskKey, run.Attempt, (int)run.Cause, run.Model, StoreTime.ToStore(run.StartedAt), StoreTime.ToStore(run.EndedAt), (int?)run.Outcome, run.OutcomeText,
            run.Usage.Input, run.Usage.Output, run.Usage.Cached, (double?)run.Usage.Cost);
        foreach (var step in run.Steps ?? []) batch.Statements.InsertStep(step);
    }

    public void InsertRequest(long taskKey, TaskRequest request)
    {
        batch.Statements.InsertRequest(taskKey, request);
        if (request.ResolvedAt is not null) batch.Statements.ResolveRequest(request);
    }

    public void Dispose()
    {
        insertEvent.Dispose();
        insertWords.Dispose();
        insertMessage.Dispose();
        insertRun.Dispose();
    }
}
