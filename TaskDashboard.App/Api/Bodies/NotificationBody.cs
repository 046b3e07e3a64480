using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Notifications;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/notifications and PATCH /api/notifications/{id} take; for the latter, what is absent stays, and null takes an agent or a secret away.</summary>
internal sealed record NotificationBody
{
    [Description("Required for a new one; up to 100 characters.")]
    public string? Name { get; init; }

    [Description("Required for a new one. Where to: http or https. Private addresses are refused unless TaskDashboard:Network allows them.")]
    public string? Url { get; init; }

    [Description("Of what: done, failed, needs_you. Default: all of them.")]
    public IReadOnlyList<string>? Events { get; init; }

    [Description("Only of tasks of this agent.")]
    public JsonElement AgentId { get; init; }

    [Description("What deliveries are signed with. Never shown again.")]
    public JsonElement Secret { get; init; }

    [Description("False while nothing is to be sent.")]
    public bool? Active { get; init; }

    public NotificationTarget ApplyTo(NotificationTarget target)
    {
        var errors = new FieldErrors();
        var changed = target with
        {
            Name = Name?.Trim() ?? target.Name,
            Url = Url?.Trim() ?? target.Url,
            Events = Events is null ? target.Events : [.. Events.Select(word => EnumText.Read<NotificationEvent>("events", word, errors) ?? NotificationEvent.Done)],
            AgentId = NullableText.Read("agent_id", AgentId, target.AgentId, errors),
            Secret = NullableText.Read("secret", Secret, target.Secret, errors),
            Active = Active ?? target.Active,
        };
        errors.Refuse();
        return changed;
    }
}

/// <summary>An address as it is shown: without its secret.</summary>
internal sealed record NotificationAnswer(
    string Id, string Name, string Url, IReadOnlyList<NotificationEvent> Events, string? AgentId, bool HasSecret, bool Active, DateTimeOffset CreatedAt)
{
    public static NotificationAnswer Of(NotificationTarget target) =>
        new(target.Id, target.Name, target.Url, target.Events, target.AgentId, target.Secret is not null, target.Active, target.CreatedAt);
}
