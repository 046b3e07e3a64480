using System.Diagnostics.Metrics;

namespace TaskDashboard.Core.Telemetry;

/// <summary>
/// What is measured when it happens. Names and buckets are those of the conventions where there are some; no attribute holds an id.
/// What only stands somewhere and is read when somebody asks is in <see cref="EngineGauges"/>.
/// </summary>
internal sealed class EngineMetrics(Meter meter)
{
    private static readonly InstrumentAdvice<double> ModelSeconds = Buckets(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
    private static readonly InstrumentAdvice<double> RunSeconds = Buckets(0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6);
    private static readonly InstrumentAdvice<double> CommitSeconds = Buckets(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5);
    private static readonly InstrumentAdvice<double> WaitSeconds = Buckets(0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 7200);

    public Histogram<double> ModelCallDuration { get; } = meter.CreateHistogram("gen_ai.client.operation.duration", "s", "Duration of a model call, over all of its attempts.", tags: null, ModelSeconds);

    public Histogram<double> TimeToFirstChunk { get; } = meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time from the begin of a model call to the first of its answer.", tags: null, ModelSeconds);

    public Histogram<long> TokenUsage { get; } = meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "Input and output tokens of a model call.", tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    public Histogram<double> RunDuration { get; } = meter.CreateHistogram("gen_ai.invoke_agent.duration", "s", "Duration of a run, with everything that it waited for.", tags: null, RunSeconds);

    public Histogram<double> ToolDuration { get; } = meter.CreateHistogram("gen_ai.execute_tool.duration", "s", "Duration of a tool call, from when it was let go.", tags: null, ModelSeconds);

    public Counter<long> Retries { get; } = meter.CreateCounter<long>("task_dashboard.provider.retries", "{retry}", "Model calls that were tried once more.");

    public Histogram<double> QueueWait { get; } = meter.CreateHistogram("task_dashboard.queue.wait", "s", "How long a task that was ready waited for a slot.", tags: null, WaitSeconds);

    public Histogram<double> CommitDuration { get; } = meter.CreateHistogram("task_dashboard.store.commit.duration", "s", "Duration of a commit, until it was on disk.", tags: null, CommitSeconds);

    public Histogram<long> BatchSize { get; } = meter.CreateHistogram(
        "task_dashboard.store.batch.size", "{change}", "How many changes a commit held.", tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}
