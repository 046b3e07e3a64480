using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>Lets tasks go on: by a message, a retry, a resume; and holds them for a while.</summary>
internal sealed class TaskContinuation(Store store, IAgentStore agents, TaskDispatcher dispatcher, LiveRunTable runs, IdSource ids)
{
    private readonly TaskLog log = store.Log;

    public async Task<MessageReceipt> SendMessageAsync(string taskId, SendMessage message, CancellationToken cancellationToken)
    {
        TaskValidation.Check(message);
        dispatcher.RefuseWhenDraining();
        var task = await FindAsync(taskId, cancellationToken);
        if (await FindEarlierAsync(task, message, cancellationToken) is { } earlier) return earlier;

        var agent = await agents.FindAsync(task.AgentId, cancellationToken) ?? throw AgentGone(task);
        var run = task.Status.IsTerminal() ? dispatcher.TryBegin(taskId, RunCause.Message, agent) : null;
        var entry = UserMessage.New(ids, task, message.Text);
        var refused = false;
        ChangeResult result;
        try
        {
            result = await ChangeOrAbandonAsync(taskId, run, current =>
            {
                refused = false;
                if (current.Status.IsTerminal()) return Continue(current, RunCause.Message, run, Said(entry with { State = EntryState.Read }, null, message.ClientMessageId));
                refused = message.Mode == MessageMode.Reject;
                return refused ? null : new TaskChange
                {
                    Log = [Said(entry, EntryState.Stored, message.ClientMessageId)],
                    Edit = row => row with { UnreadMessages = row.UnreadMessages + 1 },
                };
            });
        }
        catch (Exception) when (message.ClientMessageId is not null)
        {
            // Two sends with one client_message_id at the same time: the store takes the first, and both get its receipt.
            if (await FindEarlierAsync(task, message, cancellationToken) is { } first) return first;
            throw;
        }

        if (refused)
        {
            if (run is not null) dispatcher.Abandon(run);
            throw RefusedException.Conflict("task_busy", "The task is at work, and the message was to be refused in that case.");
        }

        // Decided on the writer: what looked terminal may have been continued by somebody else since, and the other way round.
        if (result.Task!.Status == AgentTaskStatus.Pending && result.Task.UnreadMessages == 0) dispatcher.Enqueue(result.Task);
        else if (run is not null && result.Task.RunId == run.RunId) dispatcher.Start(result.Task, run, null);
        else
        {
            if (run is not null) dispatcher.Abandon(run);
            runs.Find(taskId)?.Deliver(new InboxMessage(entry, message.Mode));
        }

        return new MessageReceipt(entry.MessageId, "stored");
    }

    public async Task<AgentTask> RetryAsync(string taskId, CancellationToken cancellationToken)
    {
        dispatcher.RefuseWhenDraining();
        var task = await FindAsync(taskId, cancellationToken);
        var agent = await agents.FindAsync(task.AgentId, cancellationToken) ?? throw AgentGone(task);
        var run = task.Status.IsTerminal() ? dispatcher.TryBegin(taskId, RunCause.Retry, agent) : null;
        var result = await ChangeOrAbandonAsync(taskId, run, current =>
            current.Status is AgentTaskStatus.Failed or AgentTaskStatus.Cancelled ? Continue(current, RunCause.Retry, run, null) : null);
        if (!result.Applied)
        {
            if (run is not null) dispatcher.Abandon(run);
            throw RefusedException.Conflict("not_retryable", $"Only a failed or cancelled task can be retried; this one is {result.Task!.Status.ToWire()}.");
        }

        if (run is null) dispatcher.Enqueue(result.Task!);
        else dispatcher.Start(result.Task!, run, null);
        return result.Task!;
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
        var live = runs.Find(taskId);
        var pauseRequested = live?.PauseRequested ?? false;
        var result = await ChangeAsync(taskId, current => current is not { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Paused }
            ? null
            : live is not null
                ? new TaskChange { Transition = RunChanges.Answering }
                : new TaskChange { Transition = RunChanges.Answering, Then = BackToPending(current) });
        if (!result.Applied && !pauseRequested) throw RefusedException.Conflict("not_paused", $"The task is not paused; it is {result.Task!.Status.ToWire()}.");
        live?.Resume();
        if (result.Task is { Status: AgentTaskStatus.Pending } pending) dispatcher.Enqueue(pending);
        return result.Task!;
    }

    /// <summary>The run of a process that is gone ends here; a new one takes the task up.</summary>
    private static TaskChange BackToPending(AgentTask task) =>
        RunChanges.End(
            task, new RunEnd(RunOutcome.Interrupted, task.NextCause, null, "Resumed; it goes on when a slot is free."), [], [], TaskUsage.None, TaskUsage.None) with
        {
            Edit = row => row with { NextCause = RunCause.Recovery },
        };

    private static LogEntry Said(ChatEntry entry, EntryState? state, string? clientMessageId) =>
        new(new MessageData(entry.MessageId, EntryRole.User, entry.Text) { State = state }, entry, clientMessageId);

    private TaskChange Continue(AgentTask current, RunCause cause, LiveRun? run, LogEntry? message) => new()
    {
        Log = message is { } said ? [said] : [],
        Transition = new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Slot, run is null ? dispatcher.PlaceInQueue() : "A slot is free; it starts now."),
        Edit = row => row with { NextCause = cause, UnreadMessages = 0 },
        Then = run is null ? null : RunChanges.Claim(current, run),
    };

    private async Task<ChangeResult> ChangeOrAbandonAsync(string taskId, LiveRun? run, Func<AgentTask, TaskChange?> decide)
    {
        try
        {
            return await ChangeAsync(taskId, decide);
        }
        catch
        {
            if (run is not null) dispatcher.Abandon(run);
            throw;
        }
    }

    private async Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, TaskChange?> decide)
    {
        var result = await log.ChangeAsync(taskId, decide);
        return result.Outcome == ChangeOutcome.NotFound ? throw RefusedException.NotFound("task", taskId) : result;
    }

    private async Task<MessageReceipt?> FindEarlierAsync(AgentTask task, SendMessage message, CancellationToken cancellationToken) =>
        message.ClientMessageId is { } clientId && await store.Reader.FindByClientIdAsync(task, clientId, cancellationToken) is { } earlier
            ? new MessageReceipt(earlier, "stored")
            : null;

    private async ValueTask<AgentTask> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);

    private static RefusedException AgentGone(AgentTask task) =>
        RefusedException.Conflict("agent_gone", $"The agent {task.AgentName} no longer exists. Create a new task with another agent.");
}
