using Microsoft.Extensions.AI;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Replays;

/// <summary>What happens around a replayed run: who speaks, who stops it, what it comes to, and where it goes another way. Safe for threads.</summary>
internal sealed class ReplayStage : ICommitListener
{
    private readonly TaskCompletionSource<AgentTask> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly List<ReplayDifference> differences = [];
    private Func<Task>? stop;
    private ITaskLog? log;
    private LiveRunTable? runs;
    private IdSource? ids;
    private string taskId = "";

    /// <summary>The run's task as its end left it.</summary>
    public Task<AgentTask> Ended => ended.Task;

    public IReadOnlyList<ReplayDifference> Differences
    {
        get { lock (gate) return [.. differences]; }
    }

    /// <summary>Says where it plays; before the task exists.</summary>
    public void Open(ITaskLog taskLog, LiveRunTable liveRuns, IdSource idSource) => (log, runs, ids) = (taskLog, liveRuns, idSource);

    /// <summary>Says which task it is, and how that is stopped.</summary>
    public void Follow(string id, Func<Task> how)
    {
        lock (gate) (taskId, stop) = (id, how);
    }

    public void Note(ReplayDifference difference)
    {
        lock (gate) differences.Add(difference);
    }

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (after is { } task && task.Status.IsTerminal()) ended.TrySetResult(task);
    }

    /// <summary>Notes where what a call is sent is not what it was sent.</summary>
    public void Compare(RecordedCall call, IReadOnlyList<ChatMessage> sent)
    {
        var was = call.Exchange.Messages;
        for (var index = 0; index < Math.Max(was.Count, sent.Count); index++)
        {
            var recorded = index < was.Count ? was[index] : null;
            if (recorded is { CutFrom: not null }) continue;
            var (before, now) = (recorded is null ? null : RecordedMessages.Picture(recorded), index < sent.Count ? RecordedMessages.Picture(sent[index]) : null);
            if (before != now) Note(new ReplayDifference($"call {call.Number}, message {index + 1}", before, now));
        }
    }

    /// <summary>Puts what people and other tasks said into the inbox, as they did.</summary>
    public async Task SayAsync(IReadOnlyList<ChatEntry> messages, MessageMode mode)
    {
        foreach (var message in messages)
        {
            await log!.ChangeAsync(taskId, task => Inbox.Put(UserMessage.New(ids!, task, message.Text) with { Role = message.Role, FromTaskId = message.FromTaskId }, mode, null, message.CreatedAt));
        }

        if (mode == MessageMode.Interrupt) runs!.Find(taskId)?.Wake(interrupts: true);
    }

    /// <summary>The recording has nothing more: the run is stopped here. Returns when it is, by throwing.</summary>
    /// <exception cref="OperationCanceledException">It is stopped.</exception>
    public async Task EndAsync(bool isExpected, string surprise, CancellationToken cancellationToken)
    {
        if (!isExpected) Note(new ReplayDifference("calls", null, surprise));
        Func<Task>? how;
        lock (gate) how = stop;
        await Task.Run(how!, CancellationToken.None);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
