using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Addresses in a list, for pages.</summary>
internal sealed class ListedNotifications : INotificationService
{
    public event Action? Changed;

    public List<NotificationTarget> All { get; } = [];

    /// <summary>Which addresses were tried.</summary>
    public List<string> Tested { get; } = [];

    public IReadOnlyList<NotificationTarget> List() => [.. All];

    public Task<NotificationTarget> SaveAsync(NotificationTarget target, CancellationToken cancellationToken = default)
    {
        var saved = target.Id.Length > 0 ? target : target with { Id = $"notification_{All.Count}" };
        All.RemoveAll(known => known.Id == saved.Id);
        All.Add(saved);
        Changed?.Invoke();
        return Task.FromResult(saved);
    }

    public Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        if (All.RemoveAll(known => known.Id == id) == 0) throw RefusedException.NotFound("notification", id);
        Changed?.Invoke();
        return Task.CompletedTask;
    }

    public Task TestAsync(string id, CancellationToken cancellationToken = default)
    {
        Tested.Add(id);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<NotificationDelivery>> ListDeliveriesAsync(string id, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<NotificationDelivery>>([]);
}
