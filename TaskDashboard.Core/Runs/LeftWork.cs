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
/// <param name="Facts">For the log and the transcript.</param>
/// <param name="Receipt">For people: what was kept, what is known, and what nobody can know.</param>
internal sealed record LeftWork(long Fence, IReadOnlyList<LogEntry> Facts, RestartReceipt Receipt)
{
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
        return new LeftWork(
            task.Fence,
            [
                .. open.Select(entry => new LogEntry(
                    entry.Role == EntryRole.Thought ? new ThoughtData(entry.MessageId, entry.Text) : new MessageData(entry.MessageId, EntryRole.Assistant, entry.Text) { Partial = true },
                    entry with { State = EntryState.Read })),
                .. unanswered.Select(call => new LogEntry(new ToolResultData(call.CallId!, StepOutcome.Unknown, LeftWork.UnknownOutcome, 0), Unknown(call))),
            ],
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

    private ChatEntry Unknown(ChatEntry call) => call with
    {
        MessageId = ids.NewMessage(),
        Role = EntryRole.ToolResult,
        Text = $"Error: {LeftWork.UnknownOutcome}",
        ToolStatus = "unknown",
        CreatedAt = default,
    };
}
