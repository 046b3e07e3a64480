using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Settles at start what the process before left behind, before the first list is served. Text that was streaming is kept as a partial
/// message; a tool call that was in flight becomes <c>unknown</c> and is never made again by itself; the run ends as interrupted, and its task
/// goes back into the queue or fails as orphaned, as configured. Tasks that wait for a person stay as they were.
/// </summary>
internal sealed class RunRecovery(Store store, IdSource ids, TimeProvider time, IOptions<DashboardOptions> options, ILogger<RunRecovery> logger)
{
    private const string UnknownOutcome =
        "The server ended while this call was at work: whether it took effect is unknown. Check before you make it again.";

    /// <summary>Returns the tasks that are to be queued.</summary>
    public async Task<IReadOnlyList<AgentTask>> SettleAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var live = store.Live.All.OrderBy(task => task.Key).ToList();
        var pending = live.FindAll(task => task.Status == AgentTaskStatus.Pending);
        var orphans = live.FindAll(WasAtWork);

        // All of them before any wait: the writer settles them in a handful of commits.
        var settling = new List<Task<ChangeResult>>(orphans.Count);
        foreach (var orphan in orphans) settling.Add(await SettleAsync(orphan, cancellationToken));
        var settled = await Task.WhenAll(settling);
        pending.AddRange(settled.Select(result => result.Task!).Where(task => task.Status == AgentTaskStatus.Pending));
        if (orphans.Count > 0)
        {
            logger.LogInformation(
                "{Count} tasks were at work when the server ended; they were settled ({Policy}) in {Milliseconds} ms.",
                orphans.Count, options.Value.Recovery, (long)time.GetElapsedTime(started).TotalMilliseconds);
        }

        return pending;
    }

    private static bool WasAtWork(AgentTask task) =>
        task.Status == AgentTaskStatus.Running || task is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.RateLimit };

    private async Task<Task<ChangeResult>> SettleAsync(AgentTask orphan, CancellationToken cancellationToken)
    {
        var open = await store.Reader.LoadOpenMessagesAsync(orphan, cancellationToken);
        var unanswered = await FindUnansweredCallsAsync(orphan, cancellationToken);
        List<LogEntry> facts =
        [
            .. open.Select(entry => new LogEntry(
                entry.Role == EntryRole.Thought ? new ThoughtData(entry.MessageId, entry.Text) : new MessageData(entry.MessageId, EntryRole.Assistant, entry.Text) { Partial = true },
                entry with { State = EntryState.Read })),
            .. unanswered.Select(call => new LogEntry(new ToolResultData(call.CallId!, StepOutcome.Unknown, UnknownOutcome, 0), Unknown(call))),
        ];
        return store.Log.ChangeAsync(orphan.Id, current => Settle(current, facts));
    }

    private TaskChange Settle(AgentTask task, List<LogEntry> facts)
    {
        // A cancel that was accepted holds: the process only ended before the run did.
        if (task.Reason == ReasonCodes.Stopping) return End(task, new RunEnd(RunOutcome.Cancelled, task.NextCause, null, "Cancelled; the server ended before the run had."), facts);
        if (options.Value.Recovery == RecoveryPolicy.Fail)
        {
            return End(task, new RunEnd(RunOutcome.Failed, task.NextCause, ReasonCodes.Orphaned, "The server ended while the task was at work. Retry it to run it again."), facts);
        }

        var end = End(task, new RunEnd(RunOutcome.Interrupted, task.NextCause, null, "The server restarted; it goes on from its last step when a slot is free."), facts);
        var resumed = end with { Edit = row => row with { NextCause = RunCause.Recovery } };

        // Only running goes back to pending; what waited for a rate limit takes the step in between.
        return task.Status == AgentTaskStatus.Running
            ? resumed
            : new TaskChange { Transition = RunChanges.Answering, Then = resumed };
    }

    private static TaskChange End(AgentTask task, RunEnd end, List<LogEntry> facts) => RunChanges.End(task, end, facts, [], TaskUsage.None, TaskUsage.None);

    private async Task<IReadOnlyList<ChatEntry>> FindUnansweredCallsAsync(AgentTask task, CancellationToken cancellationToken)
    {
        var session = await store.Reader.LoadSessionAsync(task, cancellationToken);
        var answered = session.Where(entry => entry.Role == EntryRole.ToolResult).Select(entry => (entry.RunId, entry.Step, entry.CallId)).ToHashSet();
        return [.. session.Where(entry => entry.Role == EntryRole.ToolUse && !answered.Contains((entry.RunId, entry.Step, entry.CallId)))];
    }

    private ChatEntry Unknown(ChatEntry call) => call with
    {
        MessageId = ids.NewMessage(),
        Role = EntryRole.ToolResult,
        Text = $"Error: {UnknownOutcome}",
        ToolStatus = "unknown",
        CreatedAt = default,
    };
}
