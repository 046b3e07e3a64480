using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Turns rows into the records of the domain and back.</summary>
internal static class RowMapping
{
    /// <summary>What the default order of the list goes by first.</summary>
    public static int Attention(AgentTask task) => task.Status switch
    {
        AgentTaskStatus.Waiting => LiveTaskTable.NeedsYou(task) ? 0 : 2,
        AgentTaskStatus.Running => 1,
        _ => 3,
    };

    public static string? WriteMetadata(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Count == 0 ? null : JsonSerializer.Serialize(metadata, EventJson.Wire.IReadOnlyDictionaryStringString);

    public static string WriteStrings(IReadOnlyList<string> strings) => JsonSerializer.Serialize(strings, EventJson.Wire.IReadOnlyListString);

    /// <summary>Reads a row of the writer's own select, whose columns have the names of the table's.</summary>
    public static AgentTask ReadTask(SqliteDataReader reader)
    {
        string? Text(string column) => reader[column] as string;
        long? Number(string column) => reader[column] is long value ? value : null;
        return ToTask(new TaskRow
        {
            Key = Number("key")!.Value,
            Id = Text("id")!,
            Title = Text("title")!,
            Name = Text("name"),
            Status = (int)Number("status")!,
            Reason = Text("reason"),
            ReasonText = Text("reason_text"),
            ReasonAt = Number("reason_at")!.Value,
            DueAt = Number("due_at"),
            AgentId = Text("agent_id")!,
            AgentName = Text("agent_name")!,
            Model = Text("model")!,
            ChatId = Text("chat_id")!,
            IsPrimary = Number("is_primary") != 0,
            UserId = Text("user_id")!,
            SessionId = Text("session_id")!,
            RunId = Text("run_id"),
            RunCount = (int)Number("run_count")!,
            NextCause = (int)Number("next_cause")!,
            Priority = (int)Number("priority")!,
            Metadata = Text("metadata"),
            ParentTaskId = Text("parent_task_id"),
            ParentRunId = Text("parent_run_id"),
            ParentCallId = Text("parent_call_id"),
            ParentAgentId = Text("parent_agent_id"),
            WorkDir = Text("work_dir")!,
            TimeoutS = (int?)Number("timeout_s"),
            CreatedAt = Number("created_at")!.Value,
            StartedAt = Number("started_at"),
            EndedAt = Number("ended_at"),
            UpdatedAt = Number("updated_at")!.Value,
            InputTokens = Number("input_tokens")!.Value,
            OutputTokens = Number("output_tokens")!.Value,
            CachedTokens = Number("cached_tokens")!.Value,
            Cost = reader["cost"] is double cost ? cost : null,
            Version = Number("version")!.Value,
            LastSeq = Number("last_seq")!.Value,
            Fence = Number("fence")!.Value,
        });
    }

    public static AgentTask ToTask(TaskRow row) => new()
    {
        Key = row.Key,
        Id = row.Id,
        Title = row.Title,
        Name = row.Name,
        Status = (AgentTaskStatus)row.Status,
        Reason = row.Reason,
        ReasonText = row.ReasonText,
        ReasonAt = StoreTime.FromStore(row.ReasonAt),
        DueAt = StoreTime.FromStore(row.DueAt),
        AgentId = row.AgentId,
        AgentName = row.AgentName,
        Model = row.Model,
        ChatId = row.ChatId,
        IsPrimary = row.IsPrimary,
        UserId = row.UserId,
        SessionId = row.SessionId,
        RunId = row.RunId,
        RunCount = row.RunCount,
        NextCause = (RunCause)row.NextCause,
        Priority = row.Priority,
        Metadata = row.Metadata is null
            ? AgentTask.EmptyMetadata
            : JsonSerializer.Deserialize(row.Metadata, EventJson.Wire.IReadOnlyDictionaryStringString)!,
        ParentTaskId = row.ParentTaskId,
        ParentRunId = row.ParentRunId,
        ParentCallId = row.ParentCallId,
        ParentAgentId = row.ParentAgentId,
        WorkDir = row.WorkDir,
        TimeoutS = row.TimeoutS,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        StartedAt = StoreTime.FromStore(row.StartedAt),
        EndedAt = StoreTime.FromStore(row.EndedAt),
        UpdatedAt = StoreTime.FromStore(row.UpdatedAt),
        Usage = new TaskUsage(row.InputTokens, row.OutputTokens, row.CachedTokens, (decimal?)row.Cost),
        Version = row.Version,
        LastSeq = row.LastSeq,
        Fence = row.Fence,
    };

    public static Run ToRun(RunRow row, string taskId) => new()
    {
        RunId = row.Id,
        TaskId = taskId,
        Attempt = row.Attempt,
        Cause = (RunCause)row.Cause,
        Model = row.Model,
        StartedAt = StoreTime.FromStore(row.StartedAt),
        EndedAt = StoreTime.FromStore(row.EndedAt),
        Outcome = (RunOutcome?)row.Outcome,
        OutcomeText = row.OutcomeText,
        Usage = new TaskUsage(row.InputTokens, row.OutputTokens, row.CachedTokens, (decimal?)row.Cost),
    };

    public static RunStep ToStep(StepRow row) => new()
    {
        StepId = row.Id,
        RunId = row.RunId,
        Index = row.Index,
        Kind = (StepKind)row.Kind,
        Name = row.Name,
        StartedAt = StoreTime.FromStore(row.StartedAt),
        DurationMs = row.DurationMs,
        FirstTokenMs = row.FirstTokenMs,
        Usage = new TaskUsage(row.InputTokens, row.OutputTokens, row.CachedTokens, (decimal?)row.Cost),
        Retries = row.Retries,
        CallId = row.CallId,
        Outcome = (StepOutcome)row.Outcome,
        Error = row.Error,
    };

    public static ChatEntry ToEntry(MessageRow row, AgentTask task) => new()
    {
        MessageId = row.Id,
        TaskId = task.Id,
        ChatId = task.ChatId,
        SessionId = task.SessionId,
        RunId = row.RunId,
        Seq = row.Seq,
        Role = (EntryRole)row.Role,
        Text = row.Text,
        ToolName = row.ToolName,
        CallId = row.CallId,
        ToolStatus = row.ToolStatus,
        Step = row.Step,
        ProviderData = row.ProviderData,
        State = (EntryState)row.State,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
    };

    public static TaskRequest ToRequest(RequestRow row, string taskId) => new()
    {
        RequestId = row.Id,
        TaskId = taskId,
        RunId = row.RunId,
        Kind = (RequestKind)row.Kind,
        Prompt = row.Prompt,
        Options = JsonSerializer.Deserialize(row.Options, EventJson.Wire.IReadOnlyListString)!,
        Arguments = row.Arguments,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        ResolvedAt = StoreTime.FromStore(row.ResolvedAt),
        Answer = row.Answer,
        By = row.By,
    };

    public static string ToText(this long value) => value.ToString(CultureInfo.InvariantCulture);
}
