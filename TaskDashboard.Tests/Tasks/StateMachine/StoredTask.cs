using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks.StateMachine;

/// <summary>The same operations on a real task in a real store, as its owners carry them out.</summary>
internal sealed class StoredTask(Engine engine, IdSource ids, AgentTask task, int seed)
{
    private static readonly AgentTaskStatus[] All = Enum.GetValues<AgentTaskStatus>();

    private readonly Random random = new(seed);
    private long fence = -1;
    private long earlierFence = -1;

    public string Id => task.Id;

    public static async Task<StoredTask> CreateAsync(Engine engine, IdSource ids, int maxAttempts, int seed)
    {
        var task = new AgentTask
        {
            Id = ids.NewTask(),
            Title = "Model",
            AgentId = engine.AgentId,
            AgentName = "Assistant",
            Model = "scripted/model",
            ChatId = ids.NewChat(),
            IsPrimary = true,
            UserId = KnownUsers.Local,
            SessionId = ids.NewSession(),
            WorkDir = "/",
            MaxAttempts = maxAttempts,
        };
        var message = UserMessage.New(ids, task, "Do it") with { State = EntryState.Read };
        var chat = new Chat { ChatId = task.ChatId, UserId = task.UserId, Title = task.Title, AccessChatId = task.ChatId };
        var created = await engine.Log.CreateAsync(new NewTask(task, chat, new LogEntry(new MessageData(message.MessageId, EntryRole.User, message.Text), message)), null);
        return new StoredTask(engine, ids, created.Task!, seed);
    }

    /// <summary>Carries the operation out; false when it was refused.</summary>
    public async Task<bool> TakeAsync(TaskOperation operation)
    {
        var result = operation switch
        {
            TaskOperation.Claim => await ClaimAsync(),
            TaskOperation.Work => await OwnAsync(_ => Move(AgentTaskStatus.Running, ReasonCodes.Tool)),
            TaskOperation.Wait => await OwnAsync(_ => Move(AgentTaskStatus.Waiting, ReasonCodes.Paused)),
            TaskOperation.Resume => await OwnAsync(_ => new TaskChange { Transition = RunChanges.Answering }),
            TaskOperation.Complete => await OwnAsync(row => RunChanges.End(row, new RunEnd(RunOutcome.Completed, row.NextCause))),
            TaskOperation.Fail => await OwnAsync(row => RunChanges.End(row, new RunEnd(RunOutcome.Failed, row.NextCause, ReasonCodes.Error, "It failed."))),
            TaskOperation.FailForNow => await OwnAsync(FailForNow),
            TaskOperation.Interrupt => await OwnAsync(row => RunChanges.Interrupt(row, "Interrupted.", left: null)),
            TaskOperation.Due => await ChangeAsync(row => row is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Retry } ? Move(AgentTaskStatus.Pending, ReasonCodes.Slot) : null),
            TaskOperation.Cancel => await ChangeAsync(Cancel),
            TaskOperation.Continue => await ChangeAsync(Continue),
            TaskOperation.WriteStale => await ChangeAsync(row => row.Fence == earlierFence && row.Status is AgentTaskStatus.Running or AgentTaskStatus.Waiting
                ? RunChanges.End(row, new RunEnd(RunOutcome.Completed, row.NextCause)) : null),
            TaskOperation.Force => await ChangeAsync(Force),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
        return result.Applied;
    }

    private async Task<ChangeResult> ClaimAsync()
    {
        using var run = new LiveRun(Id, ids.NewRun(), RunCause.Start, new AgentDefinition { Id = task.AgentId, Name = "Assistant" });
        var claim = await ChangeAsync(row =>
        {
            if (row is not { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot }) return null;
            var cause = row.NextCause;
            var claimed = RunChanges.Claim(row, new LiveRun(Id, run.RunId, cause, run.Agent), "owner_test");
            return claimed with { Edit = before => claimed.Edit!(before) with { NextCause = RunCause.Start } };
        });
        if (claim.Applied) (earlierFence, fence) = (fence, claim.Task!.Fence);
        return claim;
    }

    private Task<ChangeResult> OwnAsync(Func<AgentTask, TaskChange> change) =>
        ChangeAsync(row => row.Fence == fence && row.Status is AgentTaskStatus.Running or AgentTaskStatus.Waiting ? change(row) : null);

    private Task<ChangeResult> ChangeAsync(Func<AgentTask, TaskChange?> decide) => engine.Log.ChangeAsync(Id, decide);

    private static TaskChange Move(AgentTaskStatus to, string reason) => new() { Transition = new TaskTransition(to, reason, "A reason.") };

    private static TaskChange FailForNow(AgentTask row)
    {
        var failed = new RunEnd(RunOutcome.Failed, row.NextCause, ReasonCodes.Provider, "It failed for now.");
        return RunChanges.End(row, row.Attempt < row.MaxAttempts
            ? failed with { Retry = (DateTimeOffset.UtcNow.AddDays(1), "Tried again."), NextCause = RunCause.Retry }
            : failed);
    }

    private static TaskChange? Cancel(AgentTask row) => row.Status switch
    {
        AgentTaskStatus.Pending => new TaskChange { Transition = new TaskTransition(AgentTaskStatus.Cancelled, null, "Cancelled.") },
        AgentTaskStatus.Running or AgentTaskStatus.Waiting => RunChanges.End(row, new RunEnd(RunOutcome.Cancelled, row.NextCause, null, "Cancelled.")),
        _ => null,
    };

    private static TaskChange? Continue(AgentTask row) => !row.Status.IsTerminal() ? null : new TaskChange
    {
        Transition = new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Slot, "Continued."),
        Edit = before => before with { NextCause = RunCause.Message, Attempt = 0 },
    };

    /// <summary>One of the moves that there are not; from running there is none that there is not.</summary>
    private TaskChange? Force(AgentTask row)
    {
        var illegal = All.Where(to => !ReferenceTask.IsLegal(row.Status, to)).ToList();
        return illegal.Count == 0 ? null : Move(illegal[random.Next(illegal.Count)], "forced");
    }
}
