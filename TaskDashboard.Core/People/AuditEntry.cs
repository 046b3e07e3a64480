using System.Text.Json.Serialization;

namespace TaskDashboard.Core.People;

/// <summary>That somebody did something. Says what it was done to by its id, and nothing of what is in it: owners read it, and what is private stays private.</summary>
public sealed record AuditEntry
{
    /// <summary>Grows; the cursor.</summary>
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    public required string UserId { get; init; }

    /// <summary>As they were called then.</summary>
    public required string UserName { get; init; }

    /// <summary>One of <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>The id of what it was done to.</summary>
    public string? Target { get; init; }

    /// <summary>What is worth telling besides: an answer, a role, with whom something was shared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Detail { get; init; }

    /// <summary>The key that it was done with; null where it was done on a page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? KeyId { get; init; }
}

/// <summary>What is written down.</summary>
public static class AuditActions
{
    public const string TaskCreated = "task_created";
    public const string TaskMessaged = "task_messaged";
    public const string TaskChanged = "task_changed";
    public const string TaskCancelled = "task_cancelled";
    public const string TaskDeleted = "task_deleted";
    public const string TaskContinued = "task_continued";
    public const string TaskExported = "task_exported";
    public const string TaskImported = "task_imported";
    public const string RequestAnswered = "request_answered";
    public const string RuleAdded = "rule_added";
    public const string RuleRevoked = "rule_revoked";
    public const string ChatChanged = "chat_changed";
    public const string ChatCancelled = "chat_cancelled";
    public const string ChatDeleted = "chat_deleted";
    public const string ChatShared = "chat_shared";
    public const string ChatUnshared = "chat_unshared";
    public const string LinkCreated = "link_created";
    public const string LinkRevoked = "link_revoked";
    public const string AgentCreated = "agent_created";
    public const string AgentChanged = "agent_changed";
    public const string AgentDeleted = "agent_deleted";
    public const string McpRestarted = "mcp_restarted";
    public const string BudgetSet = "budget_set";
    public const string BudgetRemoved = "budget_removed";
    public const string TriggerCreated = "trigger_created";
    public const string TriggerChanged = "trigger_changed";
    public const string TriggerDeleted = "trigger_deleted";
    public const string TriggerRun = "trigger_run";
    public const string NotificationSaved = "notification_saved";
    public const string NotificationDeleted = "notification_deleted";
    public const string TemplateSaved = "template_saved";
    public const string TemplateDeleted = "template_deleted";
    public const string PersonCreated = "person_created";
    public const string PersonChanged = "person_changed";
    public const string PasswordChanged = "password_changed";
    public const string KeyCreated = "key_created";
    public const string KeyRevoked = "key_revoked";
    public const string BackupCreated = "backup_created";
    public const string BackupDownloaded = "backup_downloaded";
    public const string BackupDeleted = "backup_deleted";
    public const string SignedIn = "signed_in";
    public const string SignedOut = "signed_out";
    public const string SignInRefused = "sign_in_refused";
}
