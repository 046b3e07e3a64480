using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Triggers;

/// <summary>
/// What can be done with triggers. Each verb completes when what it promises is on disk; a refusal changes nothing and is a
/// <see cref="RefusedException"/>. Safe for threads.
/// </summary>
public interface ITriggerService
{
    /// <summary>A trigger with this id was made, changed, fired or removed. Raised on a thread of the engine's: must be quick, and must not throw.</summary>
    event Action<string>? Changed;

    /// <summary>All triggers: those that fire, the next to fire first, and then the others by name. From memory.</summary>
    IReadOnlyList<Trigger> List();

    /// <summary>One trigger, or null. From memory.</summary>
    Trigger? Find(string triggerId);

    /// <summary>Makes one; for a task that is there, or alone with an order.</summary>
    /// <param name="taskId">Its task; null for one that makes its task at its first firing.</param>
    /// <param name="definition">What is wanted. A webhook gets its token here.</param>
    /// <param name="personId">Whose it is: what it starts is for this person.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    Task<Trigger> CreateAsync(string? taskId, TriggerDefinition definition, string personId = KnownUsers.Local, CancellationToken cancellationToken = default);

    /// <summary>Changes what was set. Its schedule counts from now on, and what waited of it is dropped.</summary>
    Task<Trigger> ChangeAsync(string triggerId, Func<TriggerDefinition, TriggerDefinition> change, CancellationToken cancellationToken = default);

    /// <summary>Removes it with its history. Its task stays.</summary>
    Task DeleteAsync(string triggerId, CancellationToken cancellationToken = default);

    /// <summary>Holds it: nothing of it fires, and what is due meanwhile is not caught up on.</summary>
    Task<Trigger> PauseAsync(string triggerId, CancellationToken cancellationToken = default);

    /// <summary>Lets it fire again, from now on.</summary>
    /// <exception cref="RefusedException"><c>trigger_broken</c>, <c>trigger_ended</c>.</exception>
    Task<Trigger> ResumeAsync(string triggerId, CancellationToken cancellationToken = default);

    /// <summary>Closes the breaker: the failures so far do not count any more, and it fires again from now on.</summary>
    /// <exception cref="RefusedException"><c>trigger_not_broken</c>.</exception>
    Task<Trigger> ResetAsync(string triggerId, CancellationToken cancellationToken = default);

    /// <summary>Leaves its next slot out.</summary>
    /// <exception cref="RefusedException"><c>trigger_not_scheduled</c> where there is no next slot.</exception>
    Task<Trigger> SkipNextAsync(string triggerId, CancellationToken cancellationToken = default);

    /// <summary>Fires it now, whether it is paused or not.</summary>
    /// <exception cref="RefusedException"><c>firing_skipped</c> when the run before is not over and it is not to queue; <c>trigger_ended</c>.</exception>
    Task<TriggerFiring> RunNowAsync(string triggerId, CancellationToken cancellationToken = default);

    /// <summary>Gives a webhook another address. The one before leads nowhere from then on.</summary>
    Task<Trigger> RenewAddressAsync(string triggerId, CancellationToken cancellationToken = default);

    /// <summary>The next moments at which it would fire, up to 20.</summary>
    IReadOnlyList<DateTimeOffset> NextFirings(Trigger trigger, int count = 5);

    /// <summary>The next moments of a schedule that is not stored yet; checked as a definition would be.</summary>
    IReadOnlyList<DateTimeOffset> Preview(string? cron, string timeZone, long? everyS, int count = 5);

    /// <summary>Its history, the newest first.</summary>
    /// <param name="triggerId">The trigger.</param>
    /// <param name="before">Only firings with a smaller number; null for the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<IReadOnlyList<TriggerFiring>> ListFiringsAsync(string triggerId, long? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>By trigger: the last firing that opened a run, with what the run came to as far as it is known. Those that never did are not in it.</summary>
    /// <param name="triggerId">Only this trigger; null for all of them.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<IReadOnlyDictionary<string, TriggerFiring>> ListLastRunsAsync(string? triggerId = null, CancellationToken cancellationToken = default);

    /// <summary>What came in at its address last, the newest first.</summary>
    Task<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string triggerId, int limit, CancellationToken cancellationToken = default);
}
