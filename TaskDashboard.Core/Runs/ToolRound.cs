using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// The tool calls of one model answer, made side by side; each result is on disk as soon as it is there. A call that ignores its cancellation is
/// left behind after five seconds, and said to be.
/// </summary>
internal sealed class ToolRound(LiveRun run, RunRecorder recorder, RunSlots slots, EngineCounters counters, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <param name="calls">What the model wants, already on disk.</param>
    /// <param name="steps">How many steps the run has had.</param>
    /// <returns>The results, in the order of the calls.</returns>
    /// <exception cref="OperationCanceledException">The run has to leave, and would need its slot back.</exception>
    /// <exception cref="OwnershipLostException">Another run owns the task.</exception>
    public async Task<IReadOnlyList<ToolStepResult>> RunAsync(List<ToolStep> calls, int steps)
    {
        run.BeginCalls(calls.Count);
        var token = await recorder.BeginStepAsync(run, run.Stopped);
        var running = calls.ConvertAll(call => RunOneAsync(call, token));
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
            if (ended.Count == 0) continue;
            var batch = ended.ConvertAll(index => results[index]);
            await recorder.RecordAsync(new TaskChange
            {
                Log = batch.ConvertAll(result => result.Fact),
                Steps = batch.ConvertAll(result => result.Step with { Index = ++steps }),
                Transition = open.Count == 0
                    ? RunChanges.Answering
                    : new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Tool, Working(open.ConvertAll(index => calls[index]))),
            });
        }

        // A call that was cut short while it waited for others has not taken the slot back.
        await slots.RegainAsync(recorder.Task, run, run.Leaving);
        return results;
    }

    private async Task<ToolStepResult> RunOneAsync(ToolStep call, CancellationToken token)
    {
        var result = await call.RunAsync(run, token);
        if (run.EndToolCall()) slots.Yield(run);
        return result;
    }

    private ToolStepResult Abandon(ToolStep call)
    {
        counters.CountAbandonedCall();
        return call.Abandoned();
    }

    /// <summary>What people read while they are at work.</summary>
    public static string Working(List<ToolStep> calls) =>
        calls.Count == 1 ? $"{calls[0].Title}." : $"{calls.Count} tools are at work: {string.Join(", ", calls.Select(call => call.Title))}.";
}
