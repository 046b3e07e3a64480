using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Claims pending tasks that have been given a slot, and starts their runs. A claim is a guarded write that one run wins.
/// </summary>
internal sealed class TaskDispatcher
{
    private readonly ITaskLog log;
    private readonly TaskReader reader;
    private readonly AgentStore agents;
    private readonly LiveRunTable runs;
    private readonly RunSlots slots;
    private readonly RunExecutor executor;
    private readonly RunOwner owner;
    private readonly LeftWorkReader leftWork;
    private readonly EngineTelemetry telemetry;
    private readonly IdSource ids;
    private readonly ILogger logger;

    public TaskDispatcher(
        ITaskLog log, TaskReader reader, AgentStore agents, LiveRunTable runs, RunSlots slots, DueTimes dueTimes, CommittedTasks committed, RunExecutor executor,
        RunOwner owner, LeftWorkReader leftWork, RequestAnswering answering, EngineTelemetry telemetry, IdSource ids, IOptions<DashboardOptions> options, ILogger<TaskDispatcher> logger)
    {
        this.log = log;
        this.reader = reader;
        this.agents = agents;
        this.runs = runs;
        this.slots = slots;
        this.executor = executor;
        this.owner = owner;
        this.leftWork = leftWork;
        this.telemetry = telemetry;
        this.ids = ids;
        this.logger = logger;
        Rejects = options.Value.Limits.Backpressure == Backpressure.Reject;
        slots.Granted = entry => _ = ClaimAsync(entry);
        dueTimes.Reached = taskId =>
        {
            _ = MakeReadyAsync(taskId);
            _ = answering.ExpireAsync(taskId);
        };
        committed.Unattended = task => _ = TakeUpAsync(task.Id);
    }

    /// <summary>True when a task that finds every slot taken is refused rather than queued.</summary>
    public bool Rejects { get; }

    /// <summary>Takes a slot and registers a run for it, so that the claim can go along with what makes the task pending. Null when it has to queue.</summary>
    /// <exception cref="RefusedException">Every slot is taken, and tasks are not to queue.</exception>
    public LiveRun? TryBegin(string taskId, RunCause cause, AgentDefinition agent)
    {
        if (!slots.TryTake(agent.Id)) return Rejects ? throw RefusedException.NoSlot() : null;
        return Register(taskId, cause, agent);
    }

    /// <summary>
    /// As <see cref="TryBegin"/>, for a task that is not stored yet. Null too where it is to be refused: only the store knows whether the
    /// request is a repeat, which is answered whether there is a slot or not.
    /// </summary>
    public LiveRun? TryBeginNew(string taskId, AgentDefinition agent) => slots.TryTake(agent.Id) ? Register(taskId, RunCause.Start, agent) : null;

    public TaskChange Claim(AgentTask pending, LiveRun run) => RunChanges.Claim(pending, run, owner.Id);

    /// <exception cref="RefusedException">The process takes no new work.</exception>
    public void RefuseWhenDraining()
    {
        if (slots.IsClosed) throw RefusedException.Draining();
    }

    /// <summary>Starts a claimed run. Returns at once.</summary>
    /// <param name="claimed">The task as its claim left it.</param>
    /// <param name="run">The run.</param>
    /// <param name="firstMessage">The whole session, where it is known to be just this.</param>
    /// <param name="waited">How long the task stood in the queue.</param>
    public void Start(AgentTask claimed, LiveRun run, ChatEntry? firstMessage, TimeSpan waited = default)
    {
        telemetry.Metrics.QueueWait.Record(Math.Max(0, waited.TotalSeconds));

        // The run is nobody's but its own: not of the tool call or the request that happened to start it.
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _ = Task.Run(() => ExecuteAsync(claimed, run, firstMessage));

        // Claimed while the process began to stop: it was not among those that were told.
        if (slots.IsClosed) run.RequestLeave();
    }

    private async Task ExecuteAsync(AgentTask claimed, LiveRun run, ChatEntry? firstMessage)
    {
        try
        {
            await executor.ExecuteAsync(claimed, run, firstMessage);
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogCritical(exception, "The end of {RunId} of {TaskId} could not be written; the watchdog settles it.", run.RunId, run.TaskId);
        }
        finally
        {
            GiveUp(run);
        }
    }

    /// <summary>Gives up a run that was registered, and its slot.</summary>
    public void GiveUp(LiveRun run)
    {
        runs.Remove(run);
        run.MarkSettled();
        slots.YieldForGood(run);
        run.Dispose();
    }

    /// <summary>A due time has come: the task takes its place in the queue, unless it stands elsewhere by now.</summary>
    public async Task MakeReadyAsync(string taskId)
    {
        try
        {
            await log.ChangeAsync(taskId, (task, view) =>
                task.Status == AgentTaskStatus.Pending && task.Reason is ReasonCodes.Delayed or ReasonCodes.Retry && task.DueAt <= view.Now
                    ? new TaskChange { Transition = PendingReason.Of(task with { DelayUntil = null }, view) }
                    : null);
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "{TaskId} is due and could not be queued; the watchdog tries again.", taskId);
        }
    }

    /// <summary>Looks again at what a pending task waits for.</summary>
    public Task EvaluateDependenciesAsync(string taskId) => log.ChangeAsync(taskId, (task, view) =>
    {
        if (task is not { Status: AgentTaskStatus.Pending, Reason: not ReasonCodes.Slot }) return null;
        var edges = task.DependsOn.Select(edge => edge.State == DependencyState.Open ? edge with { State = TaskWaits.StateFor(view.Find(edge.TaskId)) } : edge).ToList();
        return new TaskChange { Edit = row => row with { DependsOn = edges }, Transition = PendingReason.Of(task with { DependsOn = edges }, view) };
    });

    /// <summary>Takes up a task that waits for its children and whose run is not there any more: its next run reads what is in the inbox.</summary>
    public async Task TakeUpAsync(string taskId)
    {
        try
        {
            if (await reader.FindAsync(taskId) is not { } waiting || !WaitsUnattended(waiting)) return;

            // It may have waited in the middle of a tool call, which is to have a result.
            var left = await leftWork.ReadAsync(waiting, CancellationToken.None);
            await log.ChangeAsync(taskId, task =>
                WaitsUnattended(task) && task.Fence == left.Fence
                    ? RunChanges.TakeUp(task, "There is news for it; it goes on when a slot is free.", left, RequestReason.IsWaiting(task) ? RunCause.Recovery : RunCause.Message)
                    : null);
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "{TaskId} could not be taken up again; the watchdog tries again.", taskId);
        }
    }

    /// <summary>Nobody runs it, and it has something to go on with: what it waits for, or a message that is not to wait for any answer.</summary>
    private bool WaitsUnattended(AgentTask task) =>
        runs.Find(task.Id) is null
        && (task is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Subtasks }
            || (RequestReason.IsWaiting(task) && (task.OpenRequests.Count == 0 || task.Inbox.Any(message => message.Mode == MessageMode.Interrupt))));

    private LiveRun? Register(string taskId, RunCause cause, AgentDefinition agent)
    {
        var run = NewRun(taskId, cause, agent);
        if (runs.TryAdd(run)) return run;
        run.Dispose();
        slots.Give(agent.Id);
        return null;
    }

    private LiveRun NewRun(string taskId, RunCause cause, AgentDefinition agent)
    {
        var run = new LiveRun(taskId, ids.NewRun(), cause, agent);
        run.TryEnterSlot();
        return run;
    }

    private async Task ClaimAsync(TaskQueue.Entry entry)
    {
        // Off the thread that gave the slot: it may be the store's writer.
        await Task.Yield();
        LiveRun? run = null;
        var hasSlot = true;
        void GiveSlot()
        {
            // Once, whatever breaks afterwards.
            hasSlot = false;
            slots.Give(entry.AgentId);
        }

        try
        {
            var pending = await reader.FindAsync(entry.TaskId);
            if (pending is not { Status: AgentTaskStatus.Pending })
            {
                GiveSlot();
                return;
            }

            if (await agents.FindAsync(pending.RunAgentId) is not { } agent)
            {
                GiveSlot();
                await log.ChangeAsync(entry.TaskId, current => current.Status == AgentTaskStatus.Pending ? AgentGone(current) : null);
                return;
            }

            run = NewRun(entry.TaskId, pending.NextCause, agent);
            if (!runs.TryAdd(run))
            {
                // Somebody else's run is about to be given up, or has not been removed yet: the task's turn comes right behind it.
                run.Dispose();
                run = null;
                var other = runs.Find(entry.TaskId);
                GiveSlot();
                if (other is not null) await other.Settled;
                if (await reader.FindAsync(entry.TaskId) is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot } still) slots.Enqueue(still);
                return;
            }

            var claimed = run;
            var claim = await log.ChangeAsync(
                entry.TaskId, current => current is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot } ? Claim(current, claimed) : null);
            if (claim.Applied) Start(claim.Task!, run, null, claim.Task!.ReasonAt - pending.ReasonAt);
            else GiveUp(run);
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "{TaskId} could not be claimed; the watchdog queues it again.", entry.TaskId);
            if (run is not null) GiveUp(run);
            else if (hasSlot) slots.Give(entry.AgentId);
        }
    }

    private static TaskChange AgentGone(AgentTask task) => new()
    {
        Transition = new TaskTransition(AgentTaskStatus.Failed, ReasonCodes.Error, $"The agent {task.AgentName} no longer exists. Create a new task with another agent."),
    };
}
