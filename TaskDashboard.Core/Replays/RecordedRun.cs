using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Replays;

/// <summary>Everything that is on record of a run.</summary>
/// <param name="Task">Its task.</param>
/// <param name="Run">The run with its steps.</param>
/// <param name="EndReason">The reason code of its end; null for none.</param>
/// <param name="Calls">Its model calls, in order.</param>
/// <param name="Transcript">What it added to the transcript, in order.</param>
internal sealed record RecordedRun(AgentTask Task, Run Run, string? EndReason, IReadOnlyList<RecordedCall> Calls, IReadOnlyList<ChatEntry> Transcript)
{
    private const int PageSize = 500;

    /// <summary>The process went away with it, and with what was not yet written.</summary>
    public bool IsPartial => Run.Outcome == RunOutcome.Interrupted;

    public static async Task<RecordedRun> LoadAsync(string runId, TaskReader reader, ExchangeReader exchanges, CancellationToken cancellationToken)
    {
        var run = await reader.FindRunAsync(runId, cancellationToken) ?? throw RefusedException.NotFound("run", runId);
        var task = await reader.FindAsync(run.TaskId, cancellationToken) ?? throw RefusedException.NotFound("run", runId);
        if (run.Outcome is null) throw RefusedException.Conflict("run_active", "The run is still at work. Wait for its end, or stop it.");
        var transcript = await LoadTranscriptAsync(task.Id, runId, reader, cancellationToken);
        var steps = run.Steps!.Where(step => step.Kind == StepKind.Model).OrderBy(step => step.Index).ToList();
        if (steps.Count == 0) throw NotRecorded("It made no model call.");
        var calls = new List<RecordedCall>(steps.Count);
        for (var index = 0; index < steps.Count; index++)
        {
            var exchange = await exchanges.FindAsync(runId, steps[index].StepId, cancellationToken) ?? throw NotRecorded($"Its model call {index + 1} was not recorded (TaskDashboard:Exchanges:Record).");
            if (exchange.Response.Cut) throw NotRecorded($"The answer of its model call {index + 1} was longer than what is kept (TaskDashboard:Exchanges:MaxBytesPerCall).");
            if (index == 0 && exchange.Messages.Any(message => message.CutFrom is not null || message.Contents.Count == 0)) throw NotRecorded("What its first model call was sent is longer than what is kept (TaskDashboard:Exchanges:MaxBytesPerCall).");
            calls.Add(RecordedCall.Of(index + 1, steps[index], exchange, transcript));
        }

        return new RecordedRun(task, run, await EndReasonAsync(task, runId, reader, cancellationToken), calls, transcript);
    }

    public static async Task<List<ChatEntry>> LoadTranscriptAsync(string taskId, string runId, TaskReader reader, CancellationToken cancellationToken)
    {
        var entries = new List<ChatEntry>();
        for (var after = 0L; ;)
        {
            var page = await reader.ListMessagesAsync(taskId, after, PageSize, cancellationToken);
            entries.AddRange(page.Where(entry => entry.RunId == runId));
            if (page.Count < PageSize) return entries;
            after = page[^1].Seq;
        }
    }

    private static async Task<string?> EndReasonAsync(AgentTask task, string runId, TaskReader reader, CancellationToken cancellationToken)
    {
        string? reason = null;
        for (var after = 0L; ;)
        {
            var page = await reader.ListEventsAsync(task.Id, after, PageSize, cancellationToken);
            foreach (var told in page)
            {
                if (told.RunId == runId && told.Data is ErrorData error) reason = error.Code;
                if (told.RunId == runId && told.Data is StatusData { Status: var status } ended && status.IsTerminal()) reason = ended.Reason ?? reason;
            }

            if (page.Count < PageSize) return reason;
            after = page[^1].Seq;
        }
    }

    private static RefusedException NotRecorded(string why) => RefusedException.Conflict("not_recorded", $"The run cannot be replayed. {why}");
}

/// <summary>A model call on record.</summary>
/// <param name="Number">1 for the first one of the run.</param>
/// <param name="Step">Its step.</param>
/// <param name="Exchange">What was sent and came back.</param>
/// <param name="ToolCalls">The tool calls that it asked for, as the transcript has them, in order.</param>
/// <param name="Messages">What people and tasks said that it was the first to be sent.</param>
internal sealed record RecordedCall(int Number, RunStep Step, ModelExchange Exchange, IReadOnlyList<ChatEntry> ToolCalls, IReadOnlyList<ChatEntry> Messages)
{
    public static RecordedCall Of(int number, RunStep step, ModelExchange exchange, IReadOnlyList<ChatEntry> transcript) => new(
        number, step, exchange,
        [.. transcript.Where(entry => entry.Role == EntryRole.ToolUse && entry.Step == number)],
        [.. transcript.Where(entry => entry.Role is EntryRole.User or EntryRole.Subtask && entry.Step == number)]);
}
