using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/triggers and PATCH /api/triggers/{id} take; for the latter, what is absent stays, and null takes a limit, an agent or a secret away.</summary>
internal sealed record TriggerBody
{
    [Description("cron (default), heartbeat or webhook. Cannot be changed.")]
    public string? Kind { get; init; }

    [Description("The task whose runs it starts. Absent: it makes a task of its own at its first firing, for agent_id. Cannot be changed.")]
    public string? TaskId { get; init; }

    [Description("For people; up to 100 characters. Default: the beginning of the message.")]
    public string? Name { get; init; }

    [Description("Required for a new one without a template. What the agent is told at each firing; of a webhook, before what was delivered.")]
    public string? Message { get; init; }

    [Description("An object with id, version (null: always the latest) and arguments: the template that says the message, filled in at each firing. Takes the place of message.")]
    public JsonElement Template { get; init; }

    [Description("The agent that is to work, whoever the task was given to. Required without task_id, unless a template names one.")]
    public JsonElement AgentId { get; init; }

    [Description("When: five fields as in crontab (0 and 7 are Sunday), six with seconds first as in Quartz (1 is Sunday), or @hourly, @daily and the like.")]
    public string? Cron { get; init; }

    [Description("The IANA time zone of cron. Default UTC.")]
    public string? TimeZone { get; init; }

    [Description("Every so many seconds, instead of cron.")]
    public long? EveryS { get; init; }

    [Description("What becomes of firings that nobody was there for: none, last (default) or all.")]
    public string? CatchUp { get; init; }

    [Description("How many are caught up on at most with all: 1 to 100. Default 10.")]
    public int? CatchUpLimit { get; init; }

    [Description("When the run before is not over: skip (default of schedules), queue (default of webhooks) or cancel_previous.")]
    public string? Overlap { get; init; }

    [Description("It ends after so many firings that opened a run.")]
    public JsonElement MaxFirings { get; init; }

    [Description("It ends at this time.")]
    public JsonElement Until { get; init; }

    [Description("Longest time of each of its runs, in seconds.")]
    public JsonElement TimeoutS { get; init; }

    [Description("True for one that goes away once its first run has ended.")]
    public bool? DeleteAfterRun { get; init; }

    [Description("Of a webhook: what its calls are signed with. Never shown again.")]
    public JsonElement Secret { get; init; }

    [Description("Without task_id: the title of the task. Default: the name.")]
    public string? Title { get; init; }

    [Description("Without task_id: provider/model of the task.")]
    public string? Model { get; init; }

    [Description("Without task_id: the folder that the task works in.")]
    public string? WorkDir { get; init; }

    public TriggerDefinition ToDefinition()
    {
        var errors = new FieldErrors();
        var kind = Kind is null ? TriggerKind.Cron : EnumText.Read<TriggerKind>("kind", Kind, errors) ?? TriggerKind.Cron;
        var message = Message ?? "";
        var start = message.AsSpan().Trim() is { Length: > 50 } text ? $"{text[..49]}…" : message.Trim();
        var definition = Apply(
            new TriggerDefinition
            {
                Name = start.Length > 0 ? start.ReplaceLineEndings(" ") : Template.ValueKind == JsonValueKind.Object ? "" : Kind ?? "cron",
                Kind = kind,
                Message = message,
                Overlap = kind == TriggerKind.Webhook ? Core.Triggers.Overlap.Queue : Core.Triggers.Overlap.Skip,
            },
            errors);
        if (string.IsNullOrWhiteSpace(message) && definition.Template is null) errors.Add("message", "message is empty: what the agent is told at each firing, or a template that says it.");
        if (TaskId is null && definition is { AgentId: null, Template: null }) errors.Add("agent_id", "Say whose runs it is to start: either task_id, or agent_id for a task of its own.");
        errors.Refuse();
        return TaskId is not null ? definition : definition with { AgentId = null, Order = new TriggerOrder(definition.AgentId) { Title = Title, Model = Model, WorkDir = WorkDir } };
    }

    public TriggerDefinition ApplyTo(TriggerDefinition definition)
    {
        var errors = new FieldErrors();
        if (Kind is not null && EnumText.Read<TriggerKind>("kind", Kind, errors) is { } kind && kind != definition.Kind) errors.Add("kind", "The kind of a trigger cannot be changed; make another one.");
        if (TaskId is not null) errors.Add("task_id", "The task of a trigger cannot be changed; make another one.");
        var changed = Apply(definition, errors);
        errors.Refuse();

        // One whose task took its agent from a template gets it from here from now on.
        return changed is { AgentId: { } agent, Order: { AgentId: null } order } ? changed with { AgentId = null, Order = order with { AgentId = agent } } : changed;
    }

    private TriggerDefinition Apply(TriggerDefinition definition, FieldErrors errors) => definition with
    {
        Name = Name?.Trim() ?? definition.Name,
        Message = Message ?? (Template.ValueKind == JsonValueKind.Object ? "" : definition.Message),
        Template = TemplateUseBody.Read(Template, definition.Template, errors),
        AgentId = NullableText.Read("agent_id", AgentId, definition.AgentId, errors),
        Cron = EveryS is null ? Cron ?? definition.Cron : Cron,
        TimeZone = TimeZone ?? definition.TimeZone,
        EveryS = Cron is null ? EveryS ?? definition.EveryS : EveryS,
        CatchUp = CatchUp is null ? definition.CatchUp : EnumText.Read<CatchUp>("catch_up", CatchUp, errors) ?? definition.CatchUp,
        CatchUpLimit = CatchUpLimit ?? definition.CatchUpLimit,
        Overlap = Overlap is null ? definition.Overlap : EnumText.Read<Overlap>("overlap", Overlap, errors) ?? definition.Overlap,
        MaxFirings = NullableText.ReadNumber("max_firings", MaxFirings, definition.MaxFirings, errors),
        Until = NullableText.Read("until", Until, null, errors) is { } until ? TimeText.Read("until", until, errors) : Until.ValueKind == JsonValueKind.Null ? null : definition.Until,
        TimeoutS = (int?)NullableText.ReadNumber("timeout_s", TimeoutS, definition.TimeoutS, errors),
        DeleteAfterRun = DeleteAfterRun ?? definition.DeleteAfterRun,
        Secret = NullableText.Read("secret", Secret, definition.Secret, errors),
    };
}
