using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// What a run has left half done that nobody carries on: text that was streaming in is kept as a partial message, and a tool call without a
/// result becomes <c>unknown</c>, so that the transcript has an answer to every call. Whoever ends such a run tells these facts with its end.
/// </summary>
/// <param name="Fence">The fence that the run held. The facts hold while the task's row has it.</param>
/// <param name="Facts">For the log and the transcript, whatever becomes of the task.</param>
/// <param name="NotBegun">Results for the calls that waited for a person and were never let go: for a task that ends. One that goes on makes them after all.</param>
/// <param name="Receipt">For people: what was kept, what is known, and what nobody can know.</param>
internal sealed record LeftWork(long Fence, IReadOnlyList<LogEntry> Facts, IReadOnlyList<LogEntry> NotBegun, RestartReceipt Receipt)
{
    /// <summary>Everything, for a task that ends here.</summary>
    public IReadOnlyList<LogEntry> AllFacts => [.. Facts, .. NotBegun];

    public const string UnknownOutcome =
        "The server ended while this call was at work: whether it took effect is unknown. Check before you make it again.";
}

/// <summary>Finds what the run of a task has left half done, from what is on disk.</summary>
internal sealed class LeftWorkReader(Store store, IdSource ids)
{
    /// <param name="task">A task with a run that is not there any more: while it is, what it has on disk still grows.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<LeftWork> ReadAsync(AgentTask task, CancellationToken cancellationToken)
    {
        var open = await store.Reader.LoadOpenMessagesAsync(task, cancellationToken);
        var session = await store.Reader.LoadSessionAsync(task, cancellationToken);
        var answered = session.Where(entry => entry.Role == EntryRole.ToolResult).Select(entry => (entry.RunId, entry.Step, entry.CallId)).ToHashSet();
        var unanswered = session.Where(entry => entry.Role == EntryRole.ToolUse && !answered.Contains((entry.RunId, entry.Step, entry.CallId))).ToList();
        var waiting = unanswered.Count == 0 ? [] : await LoadWaitingAsync(task, unanswered, cancellationToken);
        unanswered.RemoveAll(waiting.Contains);
        return new LeftWork(
            task.Fence,
            [
                .. open.Select(entry => new LogEntry(
                    entry.Role == EntryRole.Thought ? new ThoughtData(entry.MessageId, entry.Text) : new MessageData(entry.MessageId, EntryRole.Assistant, entry.Text) { Partial = true },
                    entry with { State = EntryState.Read })),
                .. unanswered.Select(call => Result(call, StepOutcome.Unknown, LeftWork.UnknownOutcome)),
            ],
            waiting.ConvertAll(call => Result(call, StepOutcome.Cancelled, ToolStep.NotStarted)),
            Receipt(task, session, open, unanswered));
    }

    private static RestartReceipt Receipt(AgentTask task, IReadOnlyList<ChatEntry> session, IReadOnlyList<ChatEntry> open, List<ChatEntry> unanswered)
    {
        var ofRun = session.Where(entry => entry.RunId == task.RunId).ToList();
        var results = ofRun.Where(entry => entry.Role == EntryRole.ToolResult).ToList();
        var notStarted = results.Where(ToolStep.IsNotStarted).Select(result => result.CallId).ToHashSet();
        return new RestartReceipt(
            ofRun.Count,
            open.Sum(entry => entry.Text.Length),
            results.Count - notStarted.Count,
            unanswered.ConvertAll(Interrupted),
            [.. ofRun.Where(entry => entry.Role == EntryRole.ToolUse && notStarted.Contains(entry.CallId)).Select(Interrupted)]);
    }

    private static InterruptedCall Interrupted(ChatEntry call) => new(call.CallId!, call.ToolName!, call.Text);

    /// <summary>The calls that certainly had no effect yet, because the person whom they waited for had not let them go.</summary>
    private async Task<List<ChatEntry>> LoadWaitingAsync(AgentTask task, List<ChatEntry> unanswered, CancellationToken cancellationToken)
    {
        var requests = await store.Requests.ListOfCallsAsync(task, cancellationToken);
        return unanswered.FindAll(call => requests.LastOrDefault(request => request.IsFor(call)) is { BegunAt: null });
    }

    private LogEntry Result(ChatEntry call, StepOutcome outcome, string text) => new(
        new ToolResultData(call.CallId!, outcome, text, 0),
        call with { MessageId = ids.NewMessage(), Role = EntryRole.ToolResult, Text = $"Error: {text}", ToolStatus = outcome.ToString().ToLowerInvariant(), CreatedAt = default });
}
