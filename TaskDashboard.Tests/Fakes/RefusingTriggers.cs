using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Triggers that answer what a test says, for pages.</summary>
internal sealed class RefusingTriggers : ITriggerService, IWebhookReceiver
{
    public event Action<string>? Changed;

    /// <summary>Called by whoever asks what came in at a webhook.</summary>
    public Action? DeliveriesAsked { get; set; }

    /// <summary>Called by whoever asks how a trigger has fired.</summary>
    public Action? FiringsAsked { get; set; }

    /// <summary>What a change is refused with.</summary>
    public RefusedException Refusal { get; set; } = RefusedException.NotFound("trigger", "none");

    /// <summary>What a call of a webhook comes to.</summary>
    public WebhookReceipt? Receipt { get; set; }

    public int MaxBytes => 1 << 20;

    /// <summary>Says that a trigger has changed.</summary>
    public void Tell(string triggerId) => Changed?.Invoke(triggerId);

    public IReadOnlyList<Trigger> List() => [];

    public Trigger? Find(string triggerId) => null;

    public Task<Trigger> CreateAsync(string? taskId, TriggerDefinition definition, string personId = "user_local", CancellationToken cancellationToken = default) => throw Refusal;

    public Task<Trigger> ChangeAsync(string triggerId, Func<TriggerDefinition, TriggerDefinition> change, CancellationToken cancellationToken = default) => throw Refusal;

    public Task DeleteAsync(string triggerId, CancellationToken cancellationToken = default) => throw Refusal;

    public Task<Trigger> PauseAsync(string triggerId, CancellationToken cancellationToken = default) => throw Refusal;

    public Task<Trigger> ResumeAsync(string triggerId, CancellationToken cancellationToken = default) => throw Refusal;

    public Task<Trigger> ResetAsync(string triggerId, CancellationToken cancellationToken = default) => throw Refusal;

    public Task<Trigger> SkipNextAsync(string triggerId, CancellationToken cancellationToken = default) => throw Refusal;

    public Task<TriggerFiring> RunNowAsync(string triggerId, CancellationToken cancellationToken = default) => throw Refusal;

    public Task<Trigger> RenewAddressAsync(string triggerId, CancellationToken cancellationToken = default) => throw Refusal;

    public IReadOnlyList<DateTimeOffset> NextFirings(Trigger trigger, int count = 5) => [];

    public IReadOnlyList<DateTimeOffset> Preview(string? cron, string timeZone, long? everyS, int count = 5) => [];

    public Task<IReadOnlyList<TriggerFiring>> ListFiringsAsync(string triggerId, long? before, int limit, CancellationToken cancellationToken = default)
    {
        FiringsAsked?.Invoke();
        return Task.FromResult<IReadOnlyList<TriggerFiring>>([]);
    }

    public Task<IReadOnlyDictionary<string, TriggerFiring>> ListLastRunsAsync(string? triggerId = null, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyDictionary<string, TriggerFiring>>(new Dictionary<string, TriggerFiring>());

    public Task<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string triggerId, int limit, CancellationToken cancellationToken = default)
    {
        DeliveriesAsked?.Invoke();
        return Task.FromResult<IReadOnlyList<WebhookDelivery>>([]);
    }

    public Task<WebhookReceipt> ReceiveAsync(string token, WebhookCall call, CancellationToken cancellationToken = default) => throw Refusal;

    public Task<RefusedException> RefuseLongAsync(string token, long size, CancellationToken cancellationToken = default) => Task.FromResult(Refusal);

    public Task<WebhookReceipt> TestAsync(string triggerId, CancellationToken cancellationToken = default) => Receipt is { } receipt ? Task.FromResult(receipt) : throw Refusal;
}
