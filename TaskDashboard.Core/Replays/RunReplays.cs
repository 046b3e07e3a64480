using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Replays;

/// <summary>Plays runs again, one at a time: a replay takes what the machine has.</summary>
internal sealed class RunReplays(TaskReader reader, ExchangeReader exchanges, AgentStore agents, DataDirectory directory, IConfiguration settings, TimeProvider time, ILogger<RunReplays> logger) : IReplays
{
    private const int MostDifferences = 20;
    private const int MostCharacters = 2_000;

    /// <summary>Real time: a replay that goes another way may wait for what never comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Path.Combine(directory.Path, "replays");
    private int busy;

    public async Task<ReplayReport> ReplayAsync(string runId, CancellationToken cancellationToken = default)
    {
        var recorded = await RecordedRun.LoadAsync(runId, reader, exchanges, cancellationToken);
        if (Interlocked.Exchange(ref busy, 1) != 0) throw RefusedException.Conflict("replay_busy", "Another run is being replayed. Try again when that is done.");
        try
        {
            // What a crash left; nobody else is at work here.
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            return await PlayAsync(recorded, cancellationToken);
        }
        finally
        {
            Sweep();
            Volatile.Write(ref busy, 0);
        }
    }

    private async Task<ReplayReport> PlayAsync(RecordedRun recorded, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var stage = new ReplayStage();
        var limits = (await agents.FindAsync(recorded.Task.AgentId, cancellationToken))?.Limits ?? AgentLimits.None;
        await using var engine = new ReplayEngine(recorded, stage, settings, folder);
        await engine.StartAsync(stage, cancellationToken);
        await engine.BeginAsync(recorded, limits, stage);
        var virtually = engine.Time.Elapsed;
        var entries = 0;
        try
        {
            var ended = await stage.Ended.WaitAsync(Patience, TimeProvider.System, cancellationToken);
            var (run, transcript) = await engine.ReadAsync(ended, cancellationToken);
            (var differences, entries) = TranscriptComparison.Of(recorded.Transcript, transcript, recorded.Calls.Count);
            foreach (var difference in differences) stage.Note(difference);
            CompareEnds(recorded, run, engine.Model.Made, stage);
        }
        catch (TimeoutException)
        {
            stage.Note(new ReplayDifference("outcome", recorded.Run.Outcome?.ToString(), $"It came to no end within {Patience.TotalSeconds} s."));
        }

        var found = stage.Differences;
        var report = new ReplayReport(
            recorded.Run.RunId, found.Count == 0, recorded.Calls.Count, entries, (long)(engine.Time.Elapsed - virtually).TotalMilliseconds, (long)time.GetElapsedTime(began).TotalMilliseconds,
            [.. found.Take(MostDifferences).Select(difference => difference with { Recorded = Cut(difference.Recorded), Replayed = Cut(difference.Replayed) })])
        { Partial = recorded.IsPartial };
        logger.LogInformation("{RunId} of {TaskId} was replayed in {Milliseconds} ms: {Differences} differences in {Calls} calls and {Entries} entries.", report.RunId, recorded.Task.Id, report.TookMs, found.Count, report.Calls, entries);
        return report;
    }

    private static void CompareEnds(RecordedRun recorded, Run run, int calls, ReplayStage stage)
    {
        if (recorded.IsPartial) return;
        if (calls < recorded.Calls.Count) stage.Note(new ReplayDifference("calls", Number(recorded.Calls.Count), Number(calls)));
        if (run.Outcome != recorded.Run.Outcome) stage.Note(new ReplayDifference("outcome", Words(recorded.Run), Words(run)));
        else if (run.Outcome == RunOutcome.Failed && run.OutcomeText != recorded.Run.OutcomeText) stage.Note(new ReplayDifference("outcome", recorded.Run.OutcomeText, run.OutcomeText));
        var (was, isNow) = (recorded.Run.Usage, run.Usage);
        if ((was.Input, was.Output, was.Cached) != (isNow.Input, isNow.Output, isNow.Cached)) stage.Note(new ReplayDifference("tokens", Words(was), Words(isNow)));
    }

    private static string Words(Run run) => $"{run.Outcome}: {run.OutcomeText}";

    private static string Words(TaskUsage usage) => string.Create(CultureInfo.InvariantCulture, $"{usage.Input} sent, {usage.Output} received, {usage.Cached} cached");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Cut(string? text) => text is { Length: > MostCharacters } ? $"{text[..(char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)]}…" : text;

    private void Sweep()
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (IOException left)
        {
            logger.LogWarning(left, "What a replay wrote could not be removed; the next one tries it again.");
        }
    }
}
