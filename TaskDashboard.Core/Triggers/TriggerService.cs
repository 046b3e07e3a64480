using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Core.Triggers;

/// <summary>The verbs on triggers.</summary>
internal sealed class TriggerService(TriggerStore store, TriggerFirings firings, TaskReader reader, AgentStore agents, IModelCatalog models, TemplateService templates, IdSource ids, TimeProvider time) : ITriggerService
{
    public event Action<string>? Changed
    {
        add => store.Changed += value;
        remove => store.Changed -= value;
    }

    public IReadOnlyList<Trigger> List() =>
        [.. store.All.OrderBy(trigger => trigger.NextAt is null).ThenBy(trigger => trigger.NextAt).ThenBy(trigger => trigger.Definition.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(trigger => trigger.Id, StringComparer.Ordinal)];

    public Trigger? Find(string triggerId) => store.Find(triggerId);

    public async Task<Trigger> CreateAsync(string? taskId, TriggerDefinition definition, string personId = KnownUsers.Local, CancellationToken cancellationToken = default)
    {
        if (taskId is not null) ImportedFrom.RefuseChange(await reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId));
        if (taskId is null == definition.Order is null) throw RefusedException.Validation("task_id", "Say whose runs it is to start: either task_id, or agent_id for a task of its own.");
        definition = await NamedAsync(definition, cancellationToken);
        await CheckAsync(definition, null, cancellationToken);
        var present = time.GetUtcNow();
        if (Schedule.Of(definition, present)?.Next(present) is { } first && first > definition.Until) throw RefusedException.Validation("until", $"until is before its first firing, which is on {first.UtcDateTime:u}: it would never fire.");
        if (!definition.IsScheduled) definition = definition with { Token = RandomSecret.New() };
        var id = ids.NewTrigger();
        var task = taskId ?? ids.NewTask();
        return await store.AddAsync(now =>
        {
            var trigger = new Trigger { Id = id, TaskId = task, PersonId = personId, Definition = definition, CreatedAt = now, UpdatedAt = now };
            return trigger with { Cursor = now, NextAt = FiringPlan.NextOf(Schedule.Of(definition, now), definition, now) };
        });
    }

    public async Task<Trigger> ChangeAsync(string triggerId, Func<TriggerDefinition, TriggerDefinition> change, CancellationToken cancellationToken = default)
    {
        // Twice: once for what is wrong with it, and again on the trigger as it stands then.
        var present = Require(triggerId).Definition;
        await CheckAsync(change(present), present, cancellationToken);
        return await ChangedAsync(triggerId, (batch, trigger) =>
        {
            var definition = change(trigger.Definition);
            var changed = trigger with { Definition = definition };
            if (trigger.State == TriggerState.Ended && !(definition.MaxFirings <= trigger.Fired)) changed = changed with { State = TriggerState.Active, StateText = null };
            if (SaysTheSameTimes(definition, trigger.Definition) && (trigger.NextAt is not null || !definition.IsScheduled)) return TriggerStates.AfterFiring(batch, changed with { NextAt = trigger.NextAt > definition.Until ? null : trigger.NextAt });
            TriggerTable.DropQueued(batch, triggerId, FiringReasons.TriggerStopped);
            return changed.State == TriggerState.Active ? StartedAt(batch, changed) : changed;
        });
    }

    public async Task DeleteAsync(string triggerId, CancellationToken cancellationToken = default)
    {
        if (!await store.RemoveAsync(triggerId)) throw RefusedException.NotFound("trigger", triggerId);
    }

    public Task<Trigger> PauseAsync(string triggerId, CancellationToken cancellationToken = default) => ChangedAsync(triggerId, (batch, trigger) =>
    {
        if (trigger.State is TriggerState.Ended) throw Ended(trigger);
        if (trigger.State is TriggerState.Broken or TriggerState.Paused) return trigger;
        TriggerTable.DropQueued(batch, triggerId, FiringReasons.TriggerStopped);
        return trigger with { State = TriggerState.Paused, StateText = "Paused; it does not fire until somebody resumes it.", NextAt = null };
    });

    public Task<Trigger> ResumeAsync(string triggerId, CancellationToken cancellationToken = default) => ChangedAsync(triggerId, (batch, trigger) => trigger.State switch
    {
        TriggerState.Ended => throw Ended(trigger),
        TriggerState.Broken => throw RefusedException.Conflict("trigger_broken", $"{trigger.StateText} Resuming does not help before that."),
        TriggerState.Active => trigger,
        _ => StartedAt(batch, trigger with { State = TriggerState.Active, StateText = null }),
    });

    public Task<Trigger> ResetAsync(string triggerId, CancellationToken cancellationToken = default) => ChangedAsync(triggerId, (batch, trigger) =>
        trigger.State == TriggerState.Broken
            ? StartedAt(batch, trigger with { State = TriggerState.Active, StateText = null, ResetAt = TriggerTable.LastFiring(batch, triggerId) })
            : throw RefusedException.Conflict("trigger_not_broken", "Only a trigger that was held because its runs failed can be reset."));

    public Task<Trigger> SkipNextAsync(string triggerId, CancellationToken cancellationToken = default) => ChangedAsync(triggerId, (batch, trigger) =>
    {
        if (trigger is not { State: TriggerState.Active, NextAt: { } next }) throw RefusedException.Conflict("trigger_not_scheduled", "It has no next firing that could be left out.");
        TriggerTable.InsertFiring(batch, new TriggerFiring
        {
            TriggerId = triggerId,
            Slot = PlannedSlot.NameOf(next),
            Source = FiringSource.Schedule,
            Outcome = FiringOutcome.Skipped,
            Reason = FiringReasons.SkippedByPerson,
            DueAt = next,
            ThroughAt = next,
            At = batch.Now,
            TaskId = trigger.TaskId,
        });
        var skipped = trigger with { Cursor = next, NextAt = FiringPlan.NextOf(Schedule.Of(trigger.Definition, trigger.CreatedAt), trigger.Definition, next) };
        return TriggerStates.AfterFiring(batch, skipped);
    });

    public async Task<TriggerFiring> RunNowAsync(string triggerId, CancellationToken cancellationToken = default)
    {
        var trigger = Require(triggerId);
        if (trigger.State == TriggerState.Ended) throw Ended(trigger);
        firings.RefuseWhenDraining();
        var result = await firings.FireOnceAsync(trigger, ids.NewSlot(), FiringSource.RunNow, null);
        if (result.Firings is not [var firing]) throw RefusedException.NotFound("trigger", triggerId);
        return firing.Outcome != FiringOutcome.Skipped ? firing : throw RefusedException.Conflict("firing_skipped", TextOf(firing.Reason!));
    }

    public async Task<Trigger> RenewAddressAsync(string triggerId, CancellationToken cancellationToken = default) => await ChangedAsync(triggerId, (_, trigger) =>
        trigger.Definition.IsScheduled
            ? throw RefusedException.Conflict("no_address", "Only a webhook has an address.")
            : trigger with { Definition = trigger.Definition with { Token = RandomSecret.New() } });

    public IReadOnlyList<DateTimeOffset> NextFirings(Trigger trigger, int count = 5) =>
        trigger.State == TriggerState.Active && trigger.NextAt is { } first && Schedule.Of(trigger.Definition, trigger.CreatedAt) is { } schedule
            ? Following(schedule, first, trigger.Definition, count)
            : [];

    public IReadOnlyList<DateTimeOffset> Preview(string? cron, string timeZone, long? everyS, int count = 5)
    {
        var definition = new TriggerDefinition { Name = "preview", Message = "preview", Cron = cron, TimeZone = timeZone, EveryS = everyS };
        var errors = new Dictionary<string, string[]>();
        TriggerValidation.CheckSchedule(definition, errors);
        if (errors.Count > 0) throw RefusedException.Validation(errors);
        var now = StoreTime.Truncate(time.GetUtcNow());
        var schedule = Schedule.Of(definition, now)!;
        return schedule.Next(now) is { } first ? Following(schedule, first, definition, count) : [];
    }

    public Task<IReadOnlyDictionary<string, TriggerFiring>> ListLastRunsAsync(string? triggerId, CancellationToken cancellationToken) => store.ListLastRunsAsync(triggerId, cancellationToken);

    public Task<IReadOnlyList<TriggerFiring>> ListFiringsAsync(string triggerId, long? before, int limit, CancellationToken cancellationToken = default)
    {
        Require(triggerId);
        return store.ListFiringsAsync(triggerId, before, Math.Clamp(limit, 1, 200), cancellationToken);
    }

    public Task<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string triggerId, int limit, CancellationToken cancellationToken = default)
    {
        Require(triggerId);
        return store.ListDeliveriesAsync(triggerId, Math.Clamp(limit, 1, 200), cancellationToken);
    }

    /// <summary>Why a firing did not run, in one sentence.</summary>
    internal static string TextOf(string reason) => reason switch
    {
        FiringReasons.Overlap => "The run before is not over, and the trigger is set to skip in that case.",
        FiringReasons.QueueFull => "Ten of its firings wait for the task already.",
        FiringReasons.AgentGone => "The agent that was to work no longer exists.",
        FiringReasons.TemplateRefused => "Its template is gone, or does not fit its arguments any more.",
        FiringReasons.TaskGone => "Its task was deleted.",
        FiringReasons.TriggerStopped => "The trigger does not fire.",
        _ => "The task could not take it.",
    };

    /// <param name="definition">What is to be.</param>
    /// <param name="before">What it was: an agent or a model that it named then it may go on naming, also when that is gone by now. Null for a new one.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    private async Task CheckAsync(TriggerDefinition definition, TriggerDefinition? before, CancellationToken cancellationToken)
    {
        var errors = TriggerValidation.Problems(definition, time.GetUtcNow());
        foreach (var agentId in new[] { definition.AgentId, definition.Order?.AgentId }.OfType<string>().Except(new[] { before?.AgentId, before?.Order?.AgentId }.OfType<string>()))
        {
            if (await agents.FindAsync(agentId, cancellationToken) is null) errors["agent_id"] = [$"There is no agent {agentId}."];
        }

        if (definition is { Order: { AgentId: null }, Template: null }) errors["agent_id"] = ["Say who is to work: without a template, agent_id is needed."];
        if (definition.Template is { } use) await AddProblemsAsync(use, errors, cancellationToken);
        if (definition.Order?.Model is { } model && model != before?.Order?.Model && !models.TryResolve(model, out _, out _, out var problem)) errors["model"] = [problem];
        if (errors.Count > 0) throw RefusedException.Validation(errors);
    }

    /// <summary>The arguments have to fit what is there now. A later version that they do not fit is met at the firing.</summary>
    private async Task AddProblemsAsync(TemplateUse use, Dictionary<string, string[]> errors, CancellationToken cancellationToken)
    {
        if (await templates.FindAsync(use.TemplateId, use.Version, cancellationToken) is { } template)
        {
            foreach (var (field, problems) in TemplateRendering.Render(template.Definition, use.Arguments).Errors) errors[$"template.{field}"] = problems;
        }
        else if (await templates.FindAsync(use.TemplateId, null, cancellationToken) is { } latest)
        {
            errors["template.version"] = [$"{latest.Definition.Name} has no version {use.Version}; it has 1 to {latest.Version}."];
        }
        else
        {
            errors["template.id"] = [$"There is no template {use.TemplateId}."];
        }
    }

    /// <summary>One that nobody gave a name is called as its template is.</summary>
    private async Task<TriggerDefinition> NamedAsync(TriggerDefinition definition, CancellationToken cancellationToken)
    {
        if (definition is not { Name.Length: 0, Template: { } use }) return definition;
        return definition with { Name = (await templates.FindAsync(use.TemplateId, null, cancellationToken))?.Definition.Name ?? use.TemplateId };
    }

    private async Task<Trigger> ChangedAsync(string triggerId, Func<WriteBatch, Trigger, Trigger> change) =>
        await store.ChangeAsync(triggerId, change) ?? throw RefusedException.NotFound("trigger", triggerId);

    private Trigger Require(string triggerId) => store.Find(triggerId) ?? throw RefusedException.NotFound("trigger", triggerId);

    /// <summary>It counts from this moment on; but what is decided already, such as a firing that somebody left out, does not come again.</summary>
    private static Trigger StartedAt(WriteBatch batch, Trigger trigger)
    {
        var schedule = Schedule.Of(trigger.Definition, trigger.CreatedAt);
        var cursor = batch.Now;
        var next = FiringPlan.NextOf(schedule, trigger.Definition, cursor);
        while (next is { } slot && TriggerTable.HasSlot(batch, trigger.Id, PlannedSlot.NameOf(slot))) (cursor, next) = (slot, FiringPlan.NextOf(schedule, trigger.Definition, slot));
        return TriggerStates.AfterFiring(batch, trigger with { Cursor = cursor, NextAt = next });
    }

    private static bool SaysTheSameTimes(TriggerDefinition one, TriggerDefinition other) =>
        (one.Cron, one.EveryS, one.TimeZone) == (other.Cron, other.EveryS, other.TimeZone);

    private static List<DateTimeOffset> Following(Schedule schedule, DateTimeOffset first, TriggerDefinition definition, int count)
    {
        var times = new List<DateTimeOffset>();
        for (DateTimeOffset? at = first; at is { } time && !(time > definition.Until) && times.Count < Math.Clamp(count, 1, 20); at = schedule.Next(time)) times.Add(time);
        return times;
    }

    private static RefusedException Ended(Trigger trigger) => RefusedException.Conflict("trigger_ended", $"{trigger.StateText} Change when it ends, or make another one.");
}
