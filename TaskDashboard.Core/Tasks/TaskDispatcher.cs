using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Gives pending tasks a slot, the highest priority first and the oldest among equals, and starts their runs. The queue here is only the
/// order of the wake-ups: what is pending is a matter of the rows, and a claim is a guarded write that one run wins.
/// </summary>
internal sealed class TaskDispatcher(
    ITaskLog log, ITaskReader reader, IAgentStore agents, LiveRunTable runs, RunExecutor executor, IdSource ids, IOptions<DashboardOptions> options, ILogger<TaskDispatcher> logger)
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<string, (int Priority, long Key)> queue = new();
    private readonly Dictionary<string, int> queued = new(StringComparer.Ordinal);
    private int free = options.Value.Limits.MaxConcurrentRuns;
    private bool draining = true;

    /// <summary>True before the start is done and once the process is stopping: no new work.</summary>
    public bool IsDraining
    {
        get { lock (gate) return draining; }
    }

    /// <summary>How many tasks wait for a slot.</summary>
    public int QueueLength
    {
        get { lock (gate) return queued.Count; }
    }

    /// <summary>
    /// Takes a slot for a task that is about to be stored, if one is free and nobody waits for it: its claim can then go into the same
    /// transaction. Give it back with <see cref="Release"/>, or start a run with it.
    /// </summary>
    private bool TryReserve()
    {
        lock (gate)
        {
            if (draining || free == 0 || queued.Count > 0) return false;
            free--;
            return true;
        }
    }

    /// <summary>Takes a slot and registers a run for it, so that the claim can go along with what makes the task pending. Null when it has to queue.</summary>
    public LiveRun? TryBegin(string taskId, RunCause cause, AgentDefinition agent)
    {
        if (!TryReserve()) return null;
        var run = new LiveRun(taskId, ids.NewRun(), cause, agent);
        if (runs.TryAdd(run)) return run;
        run.Dispose();
        Release();
        return null;
    }

    /// <summary>One sentence on where a task that has to queue now comes in.</summary>
    public string PlaceInQueue() => $"Every slot is taken; it is number {QueueLength + 1} in the queue.";

    /// <exception cref="RefusedException">The process takes no new work.</exception>
    public void RefuseWhenDraining()
    {
        if (IsDraining) throw RefusedException.Draining();
    }

    public void Release()
    {
        lock (gate) free++;
        Pump();
    }

    /// <summary>Lets a pending task wait for its turn. Again with another priority moves it.</summary>
    public void Enqueue(AgentTask pending)
    {
        lock (gate)
        {
            queued[pending.Id] = pending.Priority;
            queue.Enqueue(pending.Id, (-pending.Priority, pending.Key));
        }

        Pump();
    }

    /// <summary>Starts a run on a slot that is taken already. Returns at once.</summary>
    public void Start(AgentTask claimed, LiveRun run, ChatEntry? firstMessage) => _ = Task.Run(async () =>
    {
        try
        {
            await executor.ExecuteAsync(claimed, run, firstMessage);
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogCritical(exception, "The end of run {RunId} of {TaskId} could not be written; the next start settles it.", run.RunId, run.TaskId);
        }
        finally
        {
            runs.Remove(run);
            run.MarkSettled();
            Release();
            run.Dispose();
        }
    });

    public void Open()
    {
        lock (gate) draining = false;
        Pump();
    }

    /// <summary>Starts nothing more.</summary>
    public void Close()
    {
        lock (gate) draining = true;
    }

    private void Pump()
    {
        while (true)
        {
            string taskId;
            lock (gate)
            {
                if (draining || free == 0 || !queue.TryDequeue(out var next, out var order)) return;

                // An entry that was overtaken by one with another priority, or dispatched through it, is only a leftover.
                if (!queued.TryGetValue(next, out var priority) || priority != -order.Priority) continue;
                queued.Remove(next);
                free--;
                taskId = next;
            }

            _ = ClaimAsync(taskId);
        }
    }

    private async Task ClaimAsync(string taskId)
    {
        LiveRun? run = null;
        try
        {
            if (await reader.FindAsync(taskId) is { Status: AgentTaskStatus.Pending } pending)
            {
                if (await agents.FindAsync(pending.AgentId) is { } agent) run = new LiveRun(taskId, ids.NewRun(), pending.NextCause, agent);
                else await log.ChangeAsync(taskId, current => current.Status == AgentTaskStatus.Pending ? AgentGone(current) : null);
            }

            if (run is null)
            {
                Release();
                return;
            }

            if (!runs.TryAdd(run))
            {
                // Somebody else's run is about to be given up, or has not been removed yet: the task's turn comes right behind it.
                run.Dispose();
                run = null;
                var other = runs.Find(taskId);
                Release();
                if (other is not null) await other.Settled;
                if (await reader.FindAsync(taskId) is { Status: AgentTaskStatus.Pending } still) Enqueue(still);
                return;
            }

            var claim = await log.ChangeAsync(taskId, current => current.Status == AgentTaskStatus.Pending ? RunChanges.Claim(current, run) : null);
            if (claim.Applied)
            {
                Start(claim.Task!, run, null);
                return;
            }

            Abandon(run);
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "{TaskId} could not be claimed; the next start tries again.", taskId);
            if (run is not null) Abandon(run);
            else Release();
        }
    }

    /// <summary>Gives up a run that was registered and never started.</summary>
    public void Abandon(LiveRun run)
    {
        runs.Remove(run);
        run.MarkSettled();
        run.Dispose();
        Release();
    }

    private static TaskChange AgentGone(AgentTask task) => new()
    {
        Transition = new TaskTransition(AgentTaskStatus.Failed, ReasonCodes.Error, $"The agent {task.AgentName} no longer exists. Create a new task with another agent."),
    };
}
