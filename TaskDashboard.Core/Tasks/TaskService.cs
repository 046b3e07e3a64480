using System.Security.Cryptography;
using System.Text.Json;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>The verbs that begin and continue work; those that end it are with <see cref="TaskStopping"/>.</summary>
internal sealed class TaskService(
    Store store, IAgentStore agents, IModelCatalog models, TaskDispatcher dispatcher, LiveRunTable runs, TaskStopping stopping, IdSource ids) : ITaskService
{
    private readonly TaskLog log = store.Log;

    public async Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken = default)
    {
        TaskValidation.Check(command);
        RefuseWhenDraining();
        var agent = await agents.FindAsync(command.AgentId, cancellationToken) ?? throw RefusedException.NotFound("agent", command.AgentId);
        var model = command.Model ?? agent.Model ?? models.ForRole("task");
        if (!models.TryResolve(model, out _, out _, out var problem)) throw RefusedException.Validation("model", problem);

        var (task, message) = await DraftAsync(command, agent, model, cancellationToken);
        var chat = task.IsPrimary ? new Chat { ChatId = task.ChatId, UserId = task.UserId, Title = task.Title } : null;
        var fingerprint = command.IdempotencyKey is null ? null : Fingerprint(command);
        var first = new LogEntry(new MessageData(message.MessageId, EntryRole.User, message.Text), message);

        var run = TryBeginRun(task.Id, RunCause.Start, agent);
        if (run is null) task = task with { ReasonText = PlaceInQueue() };
        ChangeResult result;
        try
        {
            result = await log.CreateAsync(new NewTask(task, chat, first, command.IdempotencyKey, fingerprint), run is null ? null : RunChanges.Claim(task, run));
        }
        catch
        {
            if (run is not null) dispatcher.Abandon(run);
            throw;
        }

        if (!result.Applied)
        {
            if (run is not null) dispatcher.Abandon(run);
            if (result.Outcome == ChangeOutcome.Existing) return new CreatedTask(result.Task!, true);
            if (result.Outcome == ChangeOutcome.NameTaken) throw NameTaken(command.Name!);
            throw RefusedException.Conflict("idempotency_key_reused", $"The Idempotency-Key was used for another request, which made {result.Task!.Id}. Use a new key for a new task.");
        }

        if (run is null) dispatcher.Enqueue(result.Task!);
        else dispatcher.Start(result.Task!, run, message);
        return new CreatedTask(result.First!, false);
    }

    public async Task<MessageReceipt> SendMessageAsync(string taskId, SendMessage message, CancellationToken cancellationToken = default)
    {
        TaskValidation.Check(message);
        RefuseWhenDraining();
        var task = await FindAsync(taskId, cancellationToken);
        if (await FindEarlierAsync(task, message, cancellationToken) is { } earlier) return earlier;

        var agent = await agents.FindAsync(task.AgentId, cancellationToken) ?? throw AgentGone(task);
        var run = task.Status.IsTerminal() ? TryBeginRun(taskId, RunCause.Message, agent) : null;
        var entry = NewMessage(task, message.Text);
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

    public async Task<AgentTask> RetryAsync(string taskId, CancellationToken cancellationToken = default)
    {
        RefuseWhenDraining();
        var task = await FindAsync(taskId, cancellationToken);
        var agent = await agents.FindAsync(task.AgentId, cancellationToken) ?? throw AgentGone(task);
        var run = task.Status.IsTerminal() ? TryBeginRun(taskId, RunCause.Retry, agent) : null;
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

    public async Task<AgentTask> UpdateAsync(string taskId, UpdateTask change, CancellationToken cancellationToken = default)
    {
        TaskValidation.Check(change);
        if (change.Model is { } model && !models.TryResolve(model, out _, out _, out var problem)) throw RefusedException.Validation("model", problem);
        var title = change.Title?.Trim();
        var result = await ChangeAsync(taskId, current => change.Metadata is not null && !TaskValidation.Fits(Merge(current.Metadata, change.Metadata)) ? null : new TaskChange
        {
            Log = title is not null && title != current.Title ? [new LogEntry(new TitleData(title))] : [],
            Edit = row => row with
            {
                Title = title ?? row.Title,
                Priority = change.Priority ?? row.Priority,
                Model = change.Model ?? row.Model,
                Metadata = change.Metadata is null ? row.Metadata : Merge(row.Metadata, change.Metadata),
            },
        });
        if (!result.Applied) throw RefusedException.Validation("metadata", "Together with what is there already, metadata would have more entries than a task may have.");
        if (result.Task is { Status: AgentTaskStatus.Pending } pending && change.Priority is not null) dispatcher.Enqueue(pending);
        return result.Task!;
    }

    public async Task<AgentTask> PauseAsync(string taskId, CancellationToken cancellationToken = default)
    {
        var task = await FindAsync(taskId, cancellationToken);
        if (task.Status != AgentTaskStatus.Running || runs.Find(taskId) is not { } run)
        {
            throw RefusedException.Conflict("not_pausable", $"Only a running task can be paused; this one is {task.Status.ToWire()}.");
        }

        run.RequestPause();
        return task;
    }

    public async Task<AgentTask> ResumeAsync(string taskId, CancellationToken cancellationToken = default)
    {
        RefuseWhenDraining();
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

    public Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken = default) =>
        stopping.CancelAsync(taskId, scope, by, cancellationToken);

    public Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken = default) => stopping.DeleteAsync(taskId, by, cancellationToken);

    /// <summary>The run of a process that is gone ends here; a new one takes the task up.</summary>
    private static TaskChange BackToPending(AgentTask task) =>
        RunChanges.End(
            task, new RunEnd(RunOutcome.Interrupted, task.NextCause, null, "Resumed; it goes on when a slot is free."), [], [], TaskUsage.None, TaskUsage.None) with
        {
            Edit = row => row with { NextCause = RunCause.Recovery },
        };

    private async Task<(AgentTask Task, ChatEntry Message)> DraftAsync(CreateTask command, AgentDefinition agent, string model, CancellationToken cancellationToken)
    {
        var chat = command.ChatId is null ? null : await store.Reader.FindChatAsync(command.ChatId, cancellationToken) ?? throw RefusedException.NotFound("chat", command.ChatId);
        var parent = command.ParentTaskId is null ? null : await FindAsync(command.ParentTaskId, cancellationToken);
        var taskId = ids.NewTask();
        var task = new AgentTask
        {
            Id = taskId,
            Title = string.IsNullOrWhiteSpace(command.Title) ? TaskTitle.FromMessage(command.Message) : command.Title.Trim(),
            Name = command.Name,
            Status = AgentTaskStatus.Pending,
            Reason = ReasonCodes.Slot,
            ReasonText = "A slot is free; it starts now.",
            AgentId = agent.Id,
            AgentName = agent.Name,
            Model = model,
            ChatId = chat?.ChatId ?? ids.NewChat(),
            IsPrimary = chat is null,
            UserId = chat?.UserId ?? command.UserId,
            SessionId = ids.NewSession(),
            Priority = command.Priority ?? AgentTask.DefaultPriority,
            Metadata = command.Metadata ?? AgentTask.EmptyMetadata,
            ParentTaskId = parent?.Id,
            ParentRunId = parent?.RunId,
            ParentAgentId = parent?.AgentId,
            WorkDir = command.WorkDir ?? store.Directory.WorkDirOf(taskId),
            TimeoutS = command.TimeoutS,
        };
        return (task, NewMessage(task, command.Message) with { State = EntryState.Read });
    }

    private ChatEntry NewMessage(AgentTask task, string text) => new()
    {
        MessageId = ids.NewMessage(),
        TaskId = task.Id,
        ChatId = task.ChatId,
        SessionId = task.SessionId,
        Role = EntryRole.User,
        Text = text,
        State = EntryState.Stored,
    };

    private static LogEntry Said(ChatEntry entry, EntryState? state, string? clientMessageId) =>
        new(new MessageData(entry.MessageId, EntryRole.User, entry.Text) { State = state }, entry, clientMessageId);

    private TaskChange Continue(AgentTask current, RunCause cause, LiveRun? run, LogEntry? message) => new()
    {
        Log = message is { } said ? [said] : [],
        Transition = new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Slot, run is null ? PlaceInQueue() : "A slot is free; it starts now."),
        Edit = row => row with { NextCause = cause, UnreadMessages = 0 },
        Then = run is null ? null : RunChanges.Claim(current, run),
    };

    private LiveRun? TryBeginRun(string taskId, RunCause cause, AgentDefinition agent)
    {
        if (!dispatcher.TryReserve()) return null;
        var run = new LiveRun(taskId, ids.NewRun(), cause, agent);
        if (runs.TryAdd(run)) return run;
        run.Dispose();
        dispatcher.Release();
        return null;
    }

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

    private void RefuseWhenDraining()
    {
        if (dispatcher.IsDraining) throw RefusedException.Draining();
    }

    private string PlaceInQueue() => $"Every slot is taken; it is number {dispatcher.QueueLength + 1} in the queue.";

    private static RefusedException AgentGone(AgentTask task) =>
        RefusedException.Conflict("agent_gone", $"The agent {task.AgentName} no longer exists. Create a new task with another agent.");

    private static RefusedException NameTaken(string name) => RefusedException.Conflict("name_taken", $"A live task of this chat has the name {name} already.");

    private static string Fingerprint(CreateTask command) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command with { IdempotencyKey = null }, EventJson.Options)));

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string?> change)
    {
        var merged = new Dictionary<string, string>(before, StringComparer.Ordinal);
        foreach (var (key, value) in change)
        {
            if (value is null) merged.Remove(key);
            else merged[key] = value;
        }

        return merged;
    }
}
