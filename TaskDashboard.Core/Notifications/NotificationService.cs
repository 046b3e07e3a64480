using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools.Network;

namespace TaskDashboard.Core.Notifications;

/// <summary>Addresses that are told of tasks: outbound webhooks. Each verb completes when what it promises is on disk. Safe for threads.</summary>
public interface INotificationService
{
    /// <summary>An address was made, changed or removed, or something was sent to one. Raised on a thread of the engine's: must be quick, and must not throw.</summary>
    event Action? Changed;

    /// <summary>All addresses, the oldest first. With their secrets: show them without.</summary>
    IReadOnlyList<NotificationTarget> List();

    /// <summary>Makes an address, or changes the one with its id.</summary>
    /// <exception cref="RefusedException"><c>validation</c>; <c>not_found</c> when somebody removed it meanwhile.</exception>
    Task<NotificationTarget> SaveAsync(NotificationTarget target, CancellationToken cancellationToken = default);

    /// <summary>Removes an address with its log; what is on its way to it is not sent any more.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Sends a word that nothing happened, to see that it arrives.</summary>
    Task TestAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>What was sent to an address last, the newest first.</summary>
    Task<IReadOnlyList<NotificationDelivery>> ListDeliveriesAsync(string id, int limit, CancellationToken cancellationToken = default);
}

/// <inheritdoc/>
internal sealed class NotificationService(NotificationStore store, NotificationSignal signal, AgentStore agents, IdSource ids, TimeProvider time) : INotificationService
{
    private const int MaxNameLength = 100;
    private const int MaxUrlLength = 2_000;
    private const int MaxSecretLength = 200;
    private const int MostTargets = 100;

    public event Action? Changed
    {
        add => store.Changed += value;
        remove => store.Changed -= value;
    }

    public IReadOnlyList<NotificationTarget> List() => store.Targets;

    public async Task<NotificationTarget> SaveAsync(NotificationTarget target, CancellationToken cancellationToken = default)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(target.Name)) errors["name"] = ["name is missing: what people call the address."];
        else if (target.Name.Length > MaxNameLength) errors["name"] = [$"name may be {MaxNameLength} characters long."];
        if (UrlProblem(target.Url) is { } problem) errors["url"] = [problem];
        if (target.Events.Count == 0 || target.Events.Contains(NotificationEvent.Test)) errors["events"] = ["events has to name at least one of done, failed and needs_you."];
        if (target.Secret is { Length: 0 or > MaxSecretLength }) errors["secret"] = [$"secret has to be 1 to {MaxSecretLength} characters long, or absent."];
        var before = store.Targets.FirstOrDefault(known => known.Id == target.Id);
        if (target.AgentId is { } agentId && agentId != before?.AgentId && await agents.FindAsync(agentId, cancellationToken) is null) errors["agent_id"] = [$"There is no agent {agentId}."];
        if (errors.Count > 0) throw RefusedException.Validation(errors);
        var isNew = target.Id.Length == 0;
        if (isNew && store.Targets.Count >= MostTargets) throw RefusedException.Conflict("too_many_notifications", $"There are {MostTargets} addresses already. Remove one first.");
        var saved = target with { Id = isNew ? ids.NewNotification() : target.Id, CreatedAt = isNew ? StoreTime.Truncate(time.GetUtcNow()) : target.CreatedAt, Events = [.. target.Events.Distinct().Order()] };
        return await store.SaveAsync(saved, isNew) ? saved : throw RefusedException.NotFound("notification", target.Id);
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        if (!await store.RemoveAsync(id)) throw RefusedException.NotFound("notification", id);
    }

    public async Task TestAsync(string id, CancellationToken cancellationToken = default)
    {
        await store.InsertAsync(Require(id), new NotificationPayload(NotificationEvent.Test, ids.NewDelivery(), StoreTime.Truncate(time.GetUtcNow())));
        signal.Set();
    }

    public Task<IReadOnlyList<NotificationDelivery>> ListDeliveriesAsync(string id, int limit, CancellationToken cancellationToken = default) =>
        store.ListAsync(Require(id).Id, Math.Clamp(limit, 1, 200), cancellationToken);

    private NotificationTarget Require(string id) => store.Targets.FirstOrDefault(target => target.Id == id) ?? throw RefusedException.NotFound("notification", id);

    private static string? UrlProblem(string url)
    {
        if (url.Length > MaxUrlLength) return $"url may be {MaxUrlLength} characters long.";
        return Uri.TryCreate(url, UriKind.Absolute, out var address) ? AddressPolicy.Problem(address) : "url has to be a complete address, such as https://example.com/hook.";
    }
}
