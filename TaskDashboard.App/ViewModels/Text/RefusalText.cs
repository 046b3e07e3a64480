using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>Why the engine said no, in the reader's language where it is one of the known causes; otherwise in the engine's own words.</summary>
public static class RefusalText
{
    /// <summary>Machine codes whose cause is said whole by the code, with the key of the sentence.</summary>
    public static IReadOnlyDictionary<string, string> Keys { get; } = new Dictionary<string, string>
    {
        ["agent_archived"] = "Refusal.AgentArchived",
        ["agent_gone"] = "Refusal.AgentGone",
        ["bulk_busy"] = "Refusal.BulkBusy",
        ["draining"] = "Refusal.Draining",
        ["backup_running"] = "Refusal.BackupRunning",
        ["imported"] = "Refusal.Imported",
        ["inbox_closed"] = "Refusal.InboxClosed",
        ["inbox_full"] = "Refusal.InboxFull",
        ["job_ended"] = "Refusal.JobEnded",
        ["message_fixed"] = "Refusal.MessageFixed",
        ["message_read"] = "Refusal.MessageRead",
        ["no_inbox"] = "Refusal.NoInbox",
        ["no_slot"] = "Refusal.NoSlot",
        ["not_allowed"] = "Refusal.NotAllowed",
        ["not_found"] = "Refusal.NotFound",
        ["not_retryable"] = "Refusal.NotRetryable",
        ["read_only"] = "Refusal.ReadOnly",
        ["request_closed"] = "Refusal.RequestClosed",
        ["parent_stopped"] = "Refusal.ParentStopped",
        ["task_terminal"] = "Refusal.TaskTerminal",
        ["too_many_views"] = "Refusal.TooManyViews",
        ["view_name_taken"] = "Refusal.ViewNameTaken",
    };

    public static string Of(RefusedException refusal, IStringLocalizer<Strings> words) =>
        Keys.TryGetValue(refusal.Code, out var key) ? words[key] : refusal.Message;
}
