using TaskDashboard.Core.Requests;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// The tool calls of one model answer, made side by side; each result is on disk as soon as it is there. A call that ignores its cancellation is
/// left behind after five seconds, and said to be.
/// </summary>
internal sealed class ToolRound(LiveRun run, RunRecorder recorder, RequestWait waiting, RunSlots slots, EngineCounters counters, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <param name="calls">What the model wants, already on disk.</param>
    /// <param name="steps">How many steps the run has had.</param>
    /// <returns>The results, in the order of the calls.</returns>
    /// <exception cref="OperationCanceledException">The run has to leave, and would need its slot back.</exception>
    /// <exception cref="OwnershipLostException">Another run owns the task.</exception>
    public async Task<IReadOnlyList<ToolStepResult>> RunAsync(List<ToolStep> calls, int steps)
    {
        var round = run.BeginCalls(calls.Count);
        var token = await recorder.BeginStepAsync(run, run.Stopped);
        var running = calls.ConvertAll(call => RunOneAsync(call, round, token));
        var results = new ToolStepResult[calls.Count];
        var open = Enumerable.Range(0, calls.Count).ToList();
        using var grace = new CancellationTokenSource();
        await using var stopping = token.Register(() =>
        {
            if (run.Stop is not null) run.Acknowledge(time.GetUtcNow());
            grace.CancelAfter(Grace);
        });
        while (open.Count > 0)
        {
            try
            {
                await Task.WhenAny(open.Select(index => running[index])).WaitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                // A tool that ignores its cancellation holds up nobody: it is left behind, and said to be.
            }

            var ended = open.FindAll(index => running[index].IsCompleted || grace.IsCancellationRequested);
            open.RemoveAll(ended.Contains);
            foreach (var index in ended) results[index] = running[index].IsCompleted ? await running[index] : Abandon(calls[index]);

            // The server stops: what was cut short stays in flight, and the next start tells the model that its outcome is unknown.
            if (run.Stop is { Kind: RunStopKind.Drain }) ended.RemoveAll(index => results[index] is { Begun: true, Outcome: StepOutcome.Cancelled or StepOutcome.Unknown });
            ended.RemoveAll(index => results[index].IsLeft);
            if (ended.Count == 0) continue;
            var batch = ended.ConvertAll(index => results[index]);
            var told = batch.ConvertAll(result => result.Step with { Index = ++steps });
            var atWork = open.ConvertAll(index => calls[index]);
            await recorder.RecordAsync((task, view) =>
            {
                List<TaskRequest> unanswered = [.. Unanswered(task, batch)];
                List<TaskRequest> stillOpen = [.. task.OpenRequests.Where(open => unanswered.TrueForAll(closed => closed.RequestId != open.RequestId))];
                return new TaskChange
                {
                    Log = batch.ConvertAll(result => result.Fact),
                    Steps = told,
                    ResolveRequests = unanswered,

                    // Calls that ask by themselves, or wait for tasks, began to wait while this one was at work.
                    Transition = (atWork.Count > 0 ? RunChanges.Waiting(run, stillOpen, view) : null) ?? AtWork(task, atWork),
                };
            });
        }

        // A call that was cut short while it waited for others has not taken the slot back.
        await slots.RegainAsync(recorder.Task, run, run.Leaving);
        return results;
    }

    private async Task<ToolStepResult> RunOneAsync(ToolStep call, int round, CancellationToken token)
    {
        var result = await call.RunAsync(run, waiting, recorder, token);

        // Only while it is still so: an answer that came in this moment needs the slot.
        if (run.EndToolCall(round)) slots.YieldWhileWaiting(run);
        return result;
    }

    private ToolStepResult Abandon(ToolStep call)
    {
        counters.CountAbandonedCall();
        return call.Abandoned();
    }

    /// <summary>What the task does while these calls are at work, or wait.</summary>
    public static TaskTransition AtWork(AgentTask task, IReadOnlyList<ToolStep> calls)
    {
        if (calls.Count == 0) return RunChanges.Answering;
        return calls.All(call => call.Waits) && task.OpenRequests.Count > 0
            ? RequestReason.Waiting(task.OpenRequests)
            : new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Tool, Working([.. calls.Where(call => !call.Waits) is var active && active.Any() ? active : calls]));
    }

    /// <summary>The requests of calls that ended before anybody answered.</summary>
    private static IEnumerable<TaskRequest> Unanswered(AgentTask task, List<ToolStepResult> ended) => task.OpenRequests
        .Where(open => ended.Any(result => result.Call.Request?.RequestId == open.RequestId))
        .Select(open => RequestReason.Close(open, "The call was not made: its run went on without it."));

    /// <summary>The sentence of calls that are at work. A title that ends with a stop, as the folder "." does, gets no second one.</summary>
    internal static string Working(IReadOnlyList<ToolStep> calls) =>
        calls.Count == 1 ? calls[0].Title.TrimEnd('.') + "." : $"{calls.Count} tools are at work: {string.Join(", ", calls.Select(call => call.Title))}.";
}
