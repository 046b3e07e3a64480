using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Triggers;

/// <summary>
/// Fires triggers when they are due, and lets go what waits for a task once that has ended. Holds no state of its own: what is due follows from
/// the triggers as they are committed and the clock, so that a start after a crash goes on where the last commit left off.
/// </summary>
/// <remarks>
/// Quartz reads the expressions; its scheduler is not used. A slot has to be decided in the same transaction as the run that it opens, or a crash
/// between two stores would lose or double it.
/// </remarks>
internal sealed class TriggerScheduler : IHostedService, ICommitListener, IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    private readonly Lazy<TriggerStore> store;
    private readonly Lazy<TriggerFirings> firings;
    private readonly DueTimes dueTimes;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private ITimer? timer;
    private volatile bool running;
    private int makingUp;

    public TriggerScheduler(Lazy<TriggerStore> store, Lazy<TriggerFirings> firings, TimeProvider time, ILogger<TriggerScheduler> logger, ILogger<DueTimes> dueLogger)
    {
        // Lazy, because the store tells this of its commits.
        this.store = store;
        this.firings = firings;
        this.time = time;
        this.logger = logger;
        dueTimes = new DueTimes(time, dueLogger) { Reached = triggerId => _ = FireAsync(triggerId) };
    }

    /// <summary>What was due while nobody ran is decided here, before anybody is served.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        running = true;
        store.Value.Changed += Watch;

        // One that was to go away after its run, too: the process may have died between that run's end and the look at it.
        var toLookAt = store.Value.All.Where(trigger => trigger.Definition.DeleteAfterRun && trigger.Fired > 0).Select(trigger => trigger.TaskId);
        foreach (var taskId in toLookAt.Distinct()) await firings.Value.GoOnAsync(taskId);
        await MakeUpAsync();
        foreach (var trigger in store.Value.All)
        {
            if (DueOf(trigger) is { } due && due <= time.GetUtcNow()) await FireAsync(trigger.Id);
            Watch(trigger.Id);
        }

        // A clock that is set forward fires no timer by itself.
        timer = time.CreateTimer(_ => LookAtAll(), null, LookAgain, LookAgain);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        running = false;
        timer?.Dispose();
        dueTimes.Dispose();
        store.Value.Changed -= Watch;
        return Task.CompletedTask;
    }

    /// <summary>On the writer's thread.</summary>
    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (!running || (after is not null && (!after.Status.IsTerminal() || before?.Status == after.Status))) return;
        var taskId = (after ?? before)!.Id;
        if (store.Value.OfTask(taskId).Count > 0) _ = GoOnAsync(taskId);
    }

    public void Dispose()
    {
        timer?.Dispose();
        dueTimes.Dispose();
    }

    private void LookAtAll()
    {
        dueTimes.CheckAgain();
        if (store.Value.All.Count > 0 && Interlocked.Exchange(ref makingUp, 1) == 0) _ = MakeUpAsync();
    }

    /// <summary>
    /// A firing and the end of a task are told once: where the store refused what was to follow from them, or the process died before it, nothing else would
    /// do it.
    /// </summary>
    private async Task MakeUpAsync()
    {
        try
        {
            await firings.Value.MakeUpAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody awaits this: what is not caught here would be lost. It is looked again soon.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (running) logger.LogError(exception, "What waits for tasks could not be seen to; it is tried again.");
        }
        finally
        {
            Volatile.Write(ref makingUp, 0);
        }
    }

    private void Watch(string triggerId)
    {
        if (store.Value.Find(triggerId) is { } trigger && DueOf(trigger) is { } due) dueTimes.Set(triggerId, due);
        else dueTimes.Forget(triggerId);
    }

    /// <summary>When it has to be looked at: at its next slot, or where it has none and is called, at its end.</summary>
    private static DateTimeOffset? DueOf(Trigger trigger) =>
        trigger.State != TriggerState.Active ? null : trigger.Definition.IsScheduled ? trigger.NextAt : trigger.Definition.Until;

    private async Task FireAsync(string triggerId)
    {
        try
        {
            if (running) await firings.Value.FireDueAsync(triggerId);
        }
#pragma warning disable CA1031 // Nobody awaits this: what is not caught here would be lost. It is told again until the slot is decided.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "{TriggerId} is due and could not be fired; it is tried again.", triggerId);
        }
    }

    private async Task GoOnAsync(string taskId)
    {
        // Off the writer's thread: it has the next batch to write.
        await Task.Yield();
        try
        {
            await firings.Value.GoOnAsync(taskId);
        }
#pragma warning disable CA1031 // Nobody awaits this: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "What waits for {TaskId} could not be let go; it is tried again.", taskId);
        }
    }
}
