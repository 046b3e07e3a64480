using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Attachments;
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

    public static string? WriteDependencies(IReadOnlyList<TaskDependency> dependencies) =>
        dependencies.Count == 0 ? null : JsonSerializer.Serialize(dependencies, EventJson.Wire.IReadOnlyListTaskDependency);

    public static string? WriteStop(StopReceipt? stop) => stop is null ? null : JsonSerializer.Serialize(stop, EventJson.Wire.StopReceipt);

    public static string? WriteSettings(TaskSettings settings) => settings.IsEmpty ? null : JsonSerializer.Serialize(settings, EventJson.Wire.TaskSettings);

    public static string WriteStrings(IReadOnlyList<string> strings) => JsonSerializer.Serialize(strings, EventJson.Wire.IReadOnlyListString);

    public static string? WriteAttachments(IReadOnlyList<AttachedFile>? attachments) =>
        attachments is not { Count: > 0 } ? null : JsonSerializer.Serialize(attachments, EventJson.Wire.IReadOnlyListAttachedFile);

    public static string? WriteAttempts(IReadOnlyList<CallAttempt>? attempts) =>
        attempts is not { Count: > 0 } ? null : JsonSerializer.Serialize(attempts, EventJson.Wire.IReadOnlyListCallAttempt);

    public static IReadOnlyList<AttachedFile>? ReadAttachments(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, EventJson.Wire.IReadOnlyListAttachedFile);

    /// <summary>The columns of <c>tasks</c> in the order in which <see cref="ReadTask"/> takes them.</summary>
    public const string TaskColumns =
        "key, id, title, name, status, reason, reason_text, reason_at, due_at, agent_id, agent_name, model, chat_id, " +
        "is_primary, user_id, person_id, access_chat_id, session_id, run_id, run_count, next_cause, priority, metadata, parent_task_id, " +
        "parent_run_id, parent_call_id, parent_agent_id, work_dir, timeout_s, created_at, started_at, ended_at, " +
        "updated_at, input_tokens, output_tokens, cached_tokens, cost, version, last_seq, fence, owner_id, depends_on, " +
        "delay_until, max_attempts, attempt, accepts_messages, stop, fingerprint, settings";

    public static AgentTask ReadTask(SqliteDataReader reader)
    {
        var column = 0;
        return ToTask(new TaskRow
        {
            Key = reader.GetInt64(column++),
            Id = reader.GetString(column++),
            Title = reader.GetString(column++),
            Name = Text(reader, column++),
            Status = reader.GetInt32(column++),
            Reason = Text(reader, column++),
            ReasonText = Text(reader, column++),
            ReasonAt = reader.GetInt64(column++),
            DueAt = Number(reader, column++),
            AgentId = reader.GetString(column++),
            AgentName = reader.GetString(column++),
            Model = reader.GetString(column++),
            ChatId = reader.GetString(column++),
            IsPrimary = reader.GetBoolean(column++),
            UserId = reader.GetString(column++),
            PersonId = Text(reader, column++),
            AccessChatId = reader.GetString(column++),
            SessionId = reader.GetString(column++),
            RunId = Text(reader, column++),
            RunCount = reader.GetInt32(column++),
            NextCause = reader.GetInt32(column++),
            Priority = reader.GetInt32(column++),
            Metadata = Text(reader, column++),
            ParentTaskId = Text(reader, column++),
            ParentRunId = Text(reader, column++),
            ParentCallId = Text(reader, column++),
            ParentAgentId = Text(reader, column++),
            WorkDir = reader.GetString(column++),
            TimeoutS = (int?)Number(reader, column++),
            CreatedAt = reader.GetInt64(column++),
            StartedAt = Number(reader, column++),
            EndedAt = Number(reader, column++),
            UpdatedAt = reader.GetInt64(column++),
            InputTokens = reader.GetInt64(column++),
            OutputTokens = reader.GetInt64(column++),
            CachedTokens = reader.GetInt64(column++),
            Cost = Real(reader, column++),
            Version = reader.GetInt64(column++),
            LastSeq = reader.GetInt64(column++),
            Fence = reader.GetInt64(column++),
            OwnerId = Text(reader, column++),
            DependsOn = Text(reader, column++),
            DelayUntil = Number(reader, column++),
            MaxAttempts = reader.GetInt32(column++),
            Attempt = reader.GetInt32(column++),
            AcceptsMessages = reader.GetBoolean(column++),
            Stop = Text(reader, column++),
            Fingerprint = Text(reader, column++),
            Settings = Text(reader, column++),
        });
    }

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static long? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static double? Real(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

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
        PersonId = row.PersonId,
        AccessChatId = row.AccessChatId,
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
        OwnerId = row.OwnerId,
        DependsOn = row.DependsOn is null ? [] : JsonSerializer.Deserialize(row.DependsOn, EventJson.Wire.IReadOnlyListTaskDependency)!,
        DelayUntil = StoreTime.FromStore(row.DelayUntil),
        MaxAttempts = row.MaxAttempts,
        Attempt = row.Attempt,
        AcceptsMessages = row.AcceptsMessages,
        Stop = row.Stop is null ? null : JsonSerializer.Deserialize(row.Stop, EventJson.Wire.StopReceipt),
        Fingerprint = row.Fingerprint,
        Settings = row.Settings is null ? TaskSettings.None : JsonSerializer.Deserialize(row.Settings, EventJson.Wire.TaskSettings)!,
    };

    public static QueuedMessage ToQueued(MessageRow row) => new()
    {
        MessageId = row.Id,
        Text = row.Text,
        Attachments = ReadAttachments(row.Attachments),
        Role = (EntryRole)row.Role,
        Mode = (MessageMode)row.Mode,
        FromTaskId = row.FromTaskId,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
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
        Attempts = row.Attempts is null ? null : JsonSerializer.Deserialize(row.Attempts, EventJson.Wire.IReadOnlyListCallAttempt),
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
        Attachments = ReadAttachments(row.Attachments),
        ToolName = row.ToolName,
        CallId = row.CallId,
        ToolStatus = row.ToolStatus,
        Step = row.Step,
        ProviderData = row.ProviderData,
        FromTaskId = row.FromTaskId,
        State = (EntryState)row.State,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
    };

    public static string? WriteDetails(TaskRequest request) =>
        request is { Tool: null, Subject: null, Form: null, Default: null, Step: null }
            ? null
            : JsonSerializer.Serialize(new RequestDetails(request.Tool, request.Risk, request.Subject, request.Form, request.Default, request.Step), EventJson.Wire.RequestDetails);

    public static TaskRequest ToRequest(RequestRow row, string taskId)
    {
        var details = row.Details is null ? null : JsonSerializer.Deserialize(row.Details, EventJson.Wire.RequestDetails);
        return new TaskRequest
        {
            RequestId = row.Id,
            TaskId = taskId,
            RunId = row.RunId,
            CallId = row.CallId,
            Kind = (RequestKind)row.Kind,
            Prompt = row.Prompt,
            Options = JsonSerializer.Deserialize(row.Options, EventJson.Wire.IReadOnlyListString)!,
            Arguments = Json(row.Arguments),
            Tool = details?.Tool,
            Risk = details?.Risk,
            Subject = details?.Subject,
            Form = details?.Form,
            Default = details?.Default,
            Step = details?.Step,
            CreatedAt = StoreTime.FromStore(row.CreatedAt),
            ExpiresAt = StoreTime.FromStore(row.ExpiresAt),
            ResolvedAt = StoreTime.FromStore(row.ResolvedAt),
            Answer = row.Answer,
            By = row.By,
            Note = row.Note,
            ChangedArguments = Json(row.ChangedArguments),
            BegunAt = StoreTime.FromStore(row.BegunAt),
        };
    }

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize(text, EventJson.Wire.JsonElement);

    public static string ToText(this long value) => value.ToString(CultureInfo.InvariantCulture);
}
