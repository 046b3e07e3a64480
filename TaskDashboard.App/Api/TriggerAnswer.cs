using System.Text.Json.Serialization;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.Api;

/// <summary>A trigger as it is shown: without its secret.</summary>
internal sealed record TriggerAnswer(
    string Id, string TaskId, TriggerKind Kind, string Name, string? Message, string? AgentId, string Descriptor, string Label, string? Cron, string? TimeZone, long? EveryS,
    CatchUp CatchUp, int CatchUpLimit, Overlap Overlap, long? MaxFirings, DateTimeOffset? Until, int? TimeoutS, bool DeleteAfterRun,
    TriggerState State, string? StateText, DateTimeOffset? NextAt, IReadOnlyList<DateTimeOffset> NextFirings, long Fired, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The template that says the message; null where the trigger does.</summary>
    public TemplateUseBody? Template { get; init; }

    /// <summary>Of a webhook: where it is called, relative to this server.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? WebhookPath { get; init; }

    /// <summary>Of a webhook: whether its calls have to be signed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? HasSecret { get; init; }

    /// <summary>The last firing that opened a run, and what that came to; null before the first.</summary>
    public TriggerFiring? LastRun { get; init; }

    public static async Task<TriggerAnswer> OfAsync(Trigger trigger, ITriggerService triggers, CancellationToken cancellationToken) =>
        Of(trigger, triggers, await triggers.ListLastRunsAsync(trigger.Id, cancellationToken));

    public static TriggerAnswer Of(Trigger trigger, ITriggerService triggers, IReadOnlyDictionary<string, TriggerFiring> lastRuns)
    {
        var set = trigger.Definition;
        return new TriggerAnswer(
            trigger.Id, trigger.TaskId, set.Kind, set.Name, set.Template is null ? set.Message : null, set.AgentId ?? set.Order?.AgentId, trigger.Origin.CacheKey, trigger.Target.ShortLabel,
            set.Cron, set.Cron is null ? null : set.TimeZone, set.EveryS, set.CatchUp, set.CatchUpLimit, set.Overlap, set.MaxFirings, set.Until, set.TimeoutS, set.DeleteAfterRun,
            trigger.State, trigger.StateText, trigger.NextAt, triggers.NextFirings(trigger), trigger.Fired, trigger.CreatedAt, trigger.UpdatedAt)
        {
            Template = TemplateUseBody.Of(set.Template),
            WebhookPath = PathOf(trigger),
            LastRun = lastRuns.GetValueOrDefault(trigger.Id),
            HasSecret = set.IsScheduled ? null : set.Secret is not null,
        };
    }

    public static string? PathOf(Trigger trigger) => trigger.Definition.Token is { } token ? $"/api/webhooks/{token}" : null;
}

/// <summary>The next moments of a schedule.</summary>
internal sealed record PreviewAnswer(IReadOnlyList<DateTimeOffset> NextFirings);

/// <summary>What a call of a webhook came to.</summary>
/// <param name="TriggerId">The webhook.</param>
/// <param name="TaskId">Its task.</param>
/// <param name="Outcome">started, queued or skipped; null for a repeat.</param>
/// <param name="Reason">Why it waits or was skipped.</param>
/// <param name="Duplicate">It was taken before, and nothing was done again.</param>
internal sealed record WebhookAnswer(string TriggerId, string TaskId, FiringOutcome? Outcome, string? Reason, bool Duplicate);
