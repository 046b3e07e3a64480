using System.Globalization;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Core.Runs;

/// <summary>Tells the task's log what happens to a model call before its first token, so that a silent wait has a visible reason.</summary>
internal sealed class ModelCallNarrator(RunRecorder recorder, RunSlots slots, LiveRun run, ModelStep step, ModelCallSpan span) : IModelCallObserver
{
    public async ValueTask RetryingAsync(ModelRetry retry, CancellationToken cancellationToken)
    {
        step.Attempts.Failed(retry);
        span.Retrying(retry);
        var due = retry.DueAt.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        var limited = retry.RateLimited;
        var change = limited
            ? new TaskChange
            {
                Transition = new TaskTransition(AgentTaskStatus.Waiting, ReasonCodes.RateLimit, $"The provider's rate limit is reached; it goes on at {due}.", retry.DueAt),
            }
            : new TaskChange
            {
                Log = [new LogEntry(new ProgressData($"{retry.Cause} Attempt {retry.Attempt} starts at {due}.", null))],
                Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Model, $"The model is asked again at {due}. {retry.Cause}", retry.DueAt),
            };

        // The step may have been interrupted meanwhile: then the run is elsewhere, and neither its status nor its slot are this call's.
        await recorder.RecordAsync(_ => step.IsListening ? change : null);
        if (limited) step.WhileListening(() => slots.Yield(run));
    }

    public async ValueTask RetryStartingAsync(int attempt, CancellationToken cancellationToken)
    {
        await slots.RegainAsync(recorder.Task, run, cancellationToken);
        step.Attempts.GoesOn();
        await recorder.RecordAsync(new TaskChange { Transition = RunChanges.Answering });
    }
}
