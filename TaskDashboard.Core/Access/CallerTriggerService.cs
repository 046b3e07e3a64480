using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Access;

/// <summary>The triggers of one caller. What they start is for that person.</summary>
internal sealed class CallerTriggerService(TriggerService inner, TaskReader reader, CallerTemplates templates, ICallerSource source, ChatAccess access, AuditLog audit) : ITriggerService
{
    public event Action<string>? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public IReadOnlyList<Trigger> List() => source.Caller is { SeesAll: false } caller ? [.. inner.List().Where(trigger => IsOf(caller, trigger))] : inner.List();

    public Trigger? Find(string triggerId) => inner.Find(triggerId) is { } trigger && IsOf(source.Caller, trigger) ? trigger : null;

    public async Task<Trigger> CreateAsync(string? taskId, TriggerDefinition definition, string personId = KnownUsers.Local, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (!caller.SeesAll)
        {
            if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
            if (taskId is not null) access.RequireWrite(caller, (await reader.FindAsync(taskId, cancellationToken))?.Audience, "task", taskId);
            await RequireTemplateAsync(definition, cancellationToken);
            personId = caller.UserId;
        }

        return Noted(AuditActions.TriggerCreated, await inner.CreateAsync(taskId, definition, personId, cancellationToken));
    }

    public async Task<Trigger> ChangeAsync(string triggerId, Func<TriggerDefinition, TriggerDefinition> change, CancellationToken cancellationToken = default)
    {
        var present = RequireOwn(triggerId);
        await RequireTemplateAsync(change(present.Definition), cancellationToken);
        return Noted(AuditActions.TriggerChanged, await inner.ChangeAsync(triggerId, change, cancellationToken));
    }

    public async Task DeleteAsync(string triggerId, CancellationToken cancellationToken = default)
    {
        await inner.DeleteAsync(RequireOwn(triggerId).Id, cancellationToken);
        audit.Append(source.Caller, AuditActions.TriggerDeleted, triggerId);
    }

    public async Task<Trigger> PauseAsync(string triggerId, CancellationToken cancellationToken = default) =>
        Noted(AuditActions.TriggerChanged, await inner.PauseAsync(RequireOwn(triggerId).Id, cancellationToken));

    public async Task<Trigger> ResumeAsync(string triggerId, CancellationToken cancellationToken = default) =>
        Noted(AuditActions.TriggerChanged, await inner.ResumeAsync(RequireOwn(triggerId).Id, cancellationToken));

    public async Task<Trigger> ResetAsync(string triggerId, CancellationToken cancellationToken = default) =>
        Noted(AuditActions.TriggerChanged, await inner.ResetAsync(RequireOwn(triggerId).Id, cancellationToken));

    public async Task<Trigger> SkipNextAsync(string triggerId, CancellationToken cancellationToken = default) =>
        Noted(AuditActions.TriggerChanged, await inner.SkipNextAsync(RequireOwn(triggerId).Id, cancellationToken));

    public async Task<TriggerFiring> RunNowAsync(string triggerId, CancellationToken cancellationToken = default)
    {
        var firing = await inner.RunNowAsync(RequireOwn(triggerId).Id, cancellationToken);
        audit.Append(source.Caller, AuditActions.TriggerRun, triggerId);
        return firing;
    }

    public async Task<Trigger> RenewAddressAsync(string triggerId, CancellationToken cancellationToken = default) =>
        Noted(AuditActions.TriggerChanged, await inner.RenewAddressAsync(RequireOwn(triggerId).Id, cancellationToken));

    public IReadOnlyList<DateTimeOffset> NextFirings(Trigger trigger, int count = 5) => inner.NextFirings(trigger, count);

    public IReadOnlyList<DateTimeOffset> Preview(string? cron, string timeZone, long? everyS, int count = 5) => inner.Preview(cron, timeZone, everyS, count);

    public Task<IReadOnlyList<TriggerFiring>> ListFiringsAsync(string triggerId, long? before, int limit, CancellationToken cancellationToken = default) =>
        inner.ListFiringsAsync(RequireSight(triggerId).Id, before, limit, cancellationToken);

    public async Task<IReadOnlyDictionary<string, TriggerFiring>> ListLastRunsAsync(string? triggerId = null, CancellationToken cancellationToken = default)
    {
        var runs = await inner.ListLastRunsAsync(triggerId, cancellationToken);
        return source.Caller.SeesAll ? runs : runs.Where(run => Find(run.Key) is not null).ToDictionary(StringComparer.Ordinal);
    }

    public Task<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string triggerId, int limit, CancellationToken cancellationToken = default) =>
        inner.ListDeliveriesAsync(RequireSight(triggerId).Id, limit, cancellationToken);

    private Trigger Noted(string action, Trigger trigger)
    {
        audit.Append(source.Caller, action, trigger.Id);
        return trigger;
    }

    private Trigger RequireSight(string triggerId) => Find(triggerId) ?? throw RefusedException.NotFound("trigger", triggerId);

    private Trigger RequireOwn(string triggerId)
    {
        var trigger = RequireSight(triggerId);
        return source.Caller.Role >= PersonRole.Member ? trigger : throw RefusedException.ReadOnly("trigger");
    }

    private async ValueTask RequireTemplateAsync(TriggerDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.Template is { } use && await templates.FindAsync(use.TemplateId, cancellationToken: cancellationToken) is null) throw RefusedException.Validation("template", $"There is no template {use.TemplateId}.");
    }

    private static bool IsOf(Caller caller, Trigger trigger) => caller.SeesAll || (trigger.PersonId ?? KnownUsers.Local) == caller.UserId;
}
