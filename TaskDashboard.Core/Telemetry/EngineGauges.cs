using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Telemetry;

/// <summary>What the engine knows anyway, in memory, and is asked for when somebody reads the metrics: no reading costs a query.</summary>
internal sealed class EngineGauges : IHostedService
{
    public EngineGauges(EngineTelemetry telemetry, Store store, EngineCounters counters)
    {
        var meter = telemetry.Meter;
        meter.CreateObservableUpDownCounter("task_dashboard.tasks", () => ByStatus(store.Live), "{task}", "Tasks by status.");
        meter.CreateObservableUpDownCounter("task_dashboard.tasks.needing_you", () => store.Live.Counts.NeedsYou, "{task}", "Tasks that wait for a person.");
        Engine(meter, counters);
        Feed(meter, store.Feed);
        meter.CreateObservableUpDownCounter("task_dashboard.store.queue.length", () => store.Writer.QueueLength, "{change}", "Changes that wait for the writer.");
        meter.CreateObservableCounter("task_dashboard.store.failed_commits", () => store.Health.FailedCommits, "{commit}", "Commits that failed, whether they were tried again or not.");
        var metrics = telemetry.Metrics;
        store.Health.Committed = (changes, duration) =>
        {
            metrics.CommitDuration.Record(duration.TotalSeconds);
            metrics.BatchSize.Record(changes);
        };
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Engine(Meter meter, EngineCounters counters)
    {
        meter.CreateObservableUpDownCounter("task_dashboard.runs", () => counters.Read().Runs, "{run}", "Runs that this process owns.");
        meter.CreateObservableUpDownCounter("task_dashboard.slots.busy", () => counters.Read().BusySlots, "{slot}", "Slots that are taken.");
        meter.CreateObservableUpDownCounter("task_dashboard.slots.limit", () => counters.Read().Slots, "{slot}", "Slots that there are.");
        meter.CreateObservableUpDownCounter("task_dashboard.queue.length", () => counters.Read().Queued, "{task}", "Tasks that wait for a slot.");
        meter.CreateObservableCounter("task_dashboard.stale_writes", () => counters.Read().StaleWrites, "{write}", "Writes of runs that did not own their task any more; each was refused.");
        meter.CreateObservableCounter("task_dashboard.calls_after_cancel", () => counters.Read().CallsAfterCancel, "{call}", "Calls that started after a cancel was accepted; has to be 0.");
        meter.CreateObservableCounter("task_dashboard.abandoned_calls", () => counters.Read().AbandonedCalls, "{call}", "Tool calls that did not end when they were told to.");
        meter.CreateObservableCounter("task_dashboard.repairs", () => counters.Read().Repairs, "{repair}", "What the watchdog put right.");
    }

    private static void Feed(Meter meter, TaskFeed feed)
    {
        meter.CreateObservableUpDownCounter("task_dashboard.feed.viewers", () => feed.ViewerCount, "{viewer}", "Who watches a task, a chat or the list.");
        meter.CreateObservableCounter("task_dashboard.feed.frames", () => feed.Traffic.Frames, "{frame}", "Frames that viewers were given.");
        meter.CreateObservableCounter("task_dashboard.feed.resyncs", () => feed.Traffic.Resyncs, "{resync}", "How often a viewer was too slow and began anew.");
    }

    private static IEnumerable<Measurement<long>> ByStatus(LiveTaskTable live) =>
        live.Counts.ByStatus.Select(count => new Measurement<long>(count.Value, new KeyValuePair<string, object?>(TelemetryNames.TaskStatus, count.Key.ToWire())));
}
