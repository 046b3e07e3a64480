using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The addresses of one caller. They are told of that person's tasks.</summary>
internal sealed class CallerNotifications(NotificationService inner, ICallerSource source, AuditLog audit) : INotificationService
{
    public event Action? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public IReadOnlyList<NotificationTarget> List() => source.Caller is { SeesAll: false } caller ? [.. inner.List().Where(target => IsOf(caller, target))] : inner.List();

    public async Task<NotificationTarget> SaveAsync(NotificationTarget target, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (!caller.SeesAll)
        {
            if (target.Id.Length > 0) RequireOwn(target.Id);
            else if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
            target = target with { PersonId = caller.UserId };
        }

        var saved = await inner.SaveAsync(target, cancellationToken);
        audit.Append(caller, AuditActions.NotificationSaved, saved.Id);
        return saved;
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOwn(id);
        await inner.DeleteAsync(id, cancellationToken);
        audit.Append(source.Caller, AuditActions.NotificationDeleted, id);
    }

    public Task TestAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOwn(id);
        return inner.TestAsync(id, cancellationToken);
    }

    public Task<IReadOnlyList<NotificationDelivery>> ListDeliveriesAsync(string id, int limit, CancellationToken cancellationToken = default) =>
        List().Any(target => target.Id == id) ? inner.ListDeliveriesAsync(id, limit, cancellationToken) : throw RefusedException.NotFound("notification", id);

    private void RequireOwn(string id)
    {
        if (List().All(target => target.Id != id)) throw RefusedException.NotFound("notification", id);
        if (source.Caller.Role < PersonRole.Member) throw RefusedException.ReadOnly("notification");
    }

    private static bool IsOf(Caller caller, NotificationTarget target) => (target.PersonId ?? KnownUsers.Local) == caller.UserId;
}
