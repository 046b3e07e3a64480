using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>Lets tasks go on: by a message, a retry, a resume; and holds them for a while.</summary>
internal sealed class TaskContinuation(Store store, AgentStore agents, AgentAdmission admission, TaskDispatcher dispatcher, RunSlots slots, LiveRunTable runs, AttachmentStore attachments, IdSource ids)
{
    private readonly TaskLog log = store.Log.ForCaller;

    public async Task<MessageReceipt> SendMessageAsync(string taskId, SendMessage message, CancellationToken cancellationToken)
    {
        TaskValidation.Check(message);
        dispatcher.RefuseWhenDraining();
        var task = await FindAsync(taskId, cancellationToken);
        if (await FindEarlierAsync(task, message, cancellationToken) is { } earlier) return earlier;

        var files = await attachments.ResolveAsync(message.Attachments, taskId, cancellationToken);
        var agent = await agents.FindAsync(task.AgentId, cancellationToken) ?? throw AgentRefusal.Gone(task.AgentName);
        var run = task.Status.IsTerminal() ? dispatcher.TryBegin(taskId, RunCause.Message, agent) : null;
        var entry = UserMessage.New(ids, task, message.Text, files);
        RefusedException? refusal = null;
        ChangeResult result;
        try
        {
            result = await ChangeOrGiveUpAsync(taskId, run, (current, view) =>
            {
                refusal = Refuse(current, message);
                refusal ??= files?.FirstOrDefault(file => !view.MayTake(file.Id, taskId)) is { } taken ? AttachmentRefusal.Taken(taken) : null;
                refusal ??= current.Status.IsTerminal() ? RefuseToContinue(current, view) : null;
                if (refusal is not null) return null;
                var put = Inbox.Put(entry, message.Mode, message.ClientMessageId, view.Now);
                return current.Status.IsTerminal() ? put with { Then = Continue(current, RunCause.Message, run) } : put;
            });
        }
        catch (Exception) when (message.ClientMessageId is not null)
        {
            // Two sends with one client_message_id at the same time: the store takes the first, and both get its receipt.
            if (await FindEarlierAsync(task, message, cancellationToken) is { } first) return first;
            throw;
        }

        // Decided on the writer: what looked terminal may have been continued by somebody else since.
        StartOrGiveUp(result, run);
        return refusal is null ? new MessageReceipt(entry.MessageId, "stored") : throw refusal;
    }

    public async Task<AgentTask> RetryAsync(string taskId, CancellationToken cancellationToken)
    {
        dispatcher.RefuseWhenDraining();
        var task = await FindAsync(taskId, cancellationToken);
        var agent = await agents.FindAsync(task.RunAgentId, cancellationToken) ?? throw AgentRefusal.Gone(task.AgentName);
        var run = task.Status is AgentTaskStatus.Failed or AgentTaskStatus.Cancelled ? dispatcher.TryBegin(taskId, RunCause.Retry, agent) : null;
        RefusedException? refusal = null;
        var result = await ChangeOrGiveUpAsync(taskId, run, (current, view) =>
        {
            refusal = current.Status is AgentTaskStatus.Failed or AgentTaskStatus.Cancelled ? RefuseToContinue(current, view) : null;
            return current switch
            {
                _ when refusal is not null => null,
                { Status: AgentTaskStatus.Failed or AgentTaskStatus.Cancelled } => Continue(current, RunCause.Retry, run),
                { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Retry } => new TaskChange { Transition = Waiting }, // Not to wait for its due time.
                _ => null,
            };
        });
        StartOrGiveUp(result, run);
        if (refusal is not null) throw refusal;
        return result.Applied
            ? store.Reader.WithPlace(result.Task!)
            : throw RefusedException.Conflict("not_retryable", $"Only a failed or cancelled task can be retried; this one is {result.Task!.Status.ToWire()}.");
    }

    public async Task<AgentTask> PauseAsync(string taskId, CancellationToken cancellationToken)
    {
        var task = await FindAsync(taskId, cancellationToken);
        if (task.Status != AgentTaskStatus.Running || runs.Find(taskId) is not { } run)
        {
            throw RefusedException.Conflict("not_pausable", $"Only a running task can be paused; this one is {task.Status.ToWire()}.");
        }

        run.RequestPause();
        return task;
    }

    public async Task<AgentTask> ResumeAsync(string taskId, CancellationToken cancellationToken)
    {
        dispatcher.RefuseWhenDraining();
        await FindAsync(taskId, cancellationToken);
        var live = runs.Find(taskId);
        var pauseRequested = live?.PauseRequested ?? false;

        // The slot is the run's before anything is written: a cancel that ends it meanwhile gives it back with the run.
        var hasSlot = live is not null && slots.TryEnter(live);
        ChangeResult result;
        var isWritten = false;
        try
        {
            result = await ChangeAsync(taskId, (current, _) => current is not { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Paused }
                ? null
                : live is null
                    ? RunChanges.Interrupt(current, ResumedText, left: null)
                    : new TaskChange { Transition = hasSlot ? RunChanges.Answering : new TaskTransition(AgentTaskStatus.Waiting, ReasonCodes.Paused, ResumedText) });
            isWritten = result.Applied;
        }
        finally
        {
            if (hasSlot && !isWritten) slots.Yield(live!);
        }

        if (!result.Applied && !pauseRequested) throw RefusedException.Conflict("not_paused", $"The task is not paused; it is {result.Task!.Status.ToWire()}.");
        live?.Resume();
        return result.Task!;
    }

    private const string ResumedText = "Resumed; it goes on when a slot is free.";

    public static TaskTransition Waiting { get; } = new(AgentTaskStatus.Pending, ReasonCodes.Slot, PendingReason.SlotText);

    /// <summary>Why a live task does not take the message; null when it does.</summary>
    private static RefusedException? Refuse(AgentTask task, SendMessage message)
    {
        if (task.Status.IsTerminal()) return null;
        if (message.Mode == MessageMode.Reject) return RefusedException.Conflict("task_busy", "The task is at work, and the message was to be refused in that case.");
        return InboxRefusal.For(task);
    }

    /// <summary>Asked on the writer: an agent that is being removed is given no further run.</summary>
    private RefusedException? RefuseToContinue(AgentTask task, ITaskView view) =>
        admission.IsThere(task.AgentId) ? RefuseName(task, view) : AgentRefusal.Gone(task.AgentName);

    /// <summary>A name was free to be used again once this task had ended. Somebody live may have it now.</summary>
    private static RefusedException? RefuseName(AgentTask task, ITaskView view) =>
        task.Name is { } name && TaskName.IsTaken(name, task.ChatId, task.ParentTaskId, view)
            ? RefusedException.Conflict("name_taken", $"A live task has the name {name} by now. This one can go on when that one has ended.")
            : null;

    private TaskChange Continue(AgentTask current, RunCause cause, LiveRun? run) => new()
    {
        Transition = Waiting,
        Edit = row => Begun(row, cause, cause == RunCause.Retry ? row.Settings.Triggered : null),
        Then = run is null ? null : dispatcher.Claim(Begun(current, cause, cause == RunCause.Retry ? current.Settings.Triggered : null), run),
    };

    /// <summary>The row of a task that goes on. Without a trigger behind it, it is the task's own agent again, with the task's own model.</summary>
    public static AgentTask Begun(AgentTask row, RunCause cause, TriggeredRun? triggered) => row with
    {
        NextCause = cause,
        Attempt = 0,
        Stop = null,
        DependsOn = [],
        DelayUntil = null,
        Model = triggered is null ? row.Settings.Triggered?.OwnModel ?? row.Model : row.Model,
        Settings = row.Settings with { Triggered = triggered },
    };

    private void StartOrGiveUp(ChangeResult result, LiveRun? run)
    {
        if (run is null) return;
        if (result.Applied && result.Task!.RunId == run.RunId) dispatcher.Start(result.Task, run, null);
        else dispatcher.GiveUp(run);
    }

    private async Task<ChangeResult> ChangeOrGiveUpAsync(string taskId, LiveRun? run, Func<AgentTask, ITaskView, TaskChange?> decide)
    {
        try
        {
            return await ChangeAsync(taskId, decide);
        }
        catch
        {
            if (run is not null) dispatcher.GiveUp(run);
            throw;
        }
    }

    private async Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, ITaskView, TaskChange?> decide)
    {
        var result = await log.ChangeAsync(taskId, decide);
        return result.Outcome == ChangeOutcome.NotFound ? throw RefusedException.NotFound("task", taskId) : result;
    }

    private async Task<MessageReceipt?> FindEarlierAsync(AgentTask task, SendMessage message, CancellationToken cancellationToken) =>
        message.ClientMessageId is { } clientId && await store.Reader.FindByClientIdAsync(task, clientId, cancellationToken) is { } earlier
            ? new MessageReceipt(earlier, "stored")
            : null;

    private async ValueTask<AgentTask> FindAsync(string taskId, CancellationToken cancellationToken)
    {
        var task = await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
        ImportedFrom.RefuseChange(task);
        return task;
    }
}
